"""Files and batches with the vendor's client `openai`, unchanged but for the base URL and the key."""
import json
import os

import openai
from checks import check, end, expect, refused, saw

client = openai.OpenAI(base_url=os.environ["KEYMESH_BASE_URL"] + "/v1", api_key=os.environ["OPEN_KEY"])
other = openai.OpenAI(base_url=os.environ["KEYMESH_BASE_URL"] + "/v1", api_key=os.environ["OTHER_KEY"])
made = {}


def line(number, model="gpt-5.4"):
    call = {"model": model, "messages": [{"role": "user", "content": "hello"}], "max_completion_tokens": 100}
    return json.dumps({"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": call})


def uploaded(*lines):
    return client.files.create(file=("in.jsonl", "\n".join(lines).encode()), purpose="batch")


def create(file):
    return client.batches.create(input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h")


@check("a file for batches is sent and found")
def _():
    file = uploaded(line(1), line(2), line(3))
    expect(file.purpose == "batch" and client.files.retrieve(file.id).id == file.id, f"{file}")
    expect(file.id in [one.id for one in client.files.list()], "not listed")
    made["file"] = file.id


@check("a batch is made, listed, and comes to its end")
def _():
    batch = create(made["file"])
    expect(batch.status == "in_progress", f"{batch}")
    expect(batch.id in [one.id for one in client.batches.list()], "not listed")
    ended = client.batches.retrieve(batch.id)
    expect(ended.status == "completed" and ended.request_counts.completed == 3, f"{ended}")
    made["batch"], made["output"] = ended.id, ended.output_file_id


@check("its results are read, and tell what it used")
def _():
    lines = [json.loads(one) for one in client.files.content(made["output"]).text.splitlines()]
    expect([one["custom_id"] for one in lines] == ["r1", "r2", "r3"], f"{lines}")
    used = [one["response"]["body"]["usage"] for one in lines]
    saw(sum(one["prompt_tokens"] for one in used), sum(one["completion_tokens"] for one in used))


@check("a batch is cancelled")
def _():
    batch = create(made["file"])
    expect(client.batches.cancel(batch.id).status == "cancelling", "another state")
    expect(client.batches.retrieve(batch.id).status == "cancelled", "another state")


@check("what another workspace keeps is NotFoundError")
def _():
    refused(openai.NotFoundError, 404, made["file"], lambda: other.files.retrieve(made["file"]))
    refused(openai.NotFoundError, 404, made["batch"], lambda: other.batches.retrieve(made["batch"]))
    expect(not list(other.files.list()) and not list(other.batches.list()), "others' are listed")


@check("a file with a denied model makes no batch: PermissionDeniedError")
def _():
    file = uploaded(line(1, "gpt-5.4-mini"))
    refused(openai.PermissionDeniedError, 403, "gpt-5.4-mini", lambda: create(file.id))


@check("a batch that does not fit the budget is RateLimitError")
def _():
    file = uploaded(*(line(number) for number in range(1_000)))
    refused(openai.RateLimitError, 429, "budget", lambda: create(file.id))


@check("a file is deleted")
def _():
    expect(client.files.delete(made["file"]).deleted, "not deleted")
    refused(openai.NotFoundError, 404, made["file"], lambda: client.files.retrieve(made["file"]))


end()
