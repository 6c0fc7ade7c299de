"""Batches of messages with the vendor's client `anthropic`, unchanged but for the base URL and the key."""
import os

import anthropic
from checks import check, end, expect, refused, saw

client = anthropic.Anthropic(base_url=os.environ["KEYMESH_BASE_URL"], api_key=os.environ["OPEN_KEY"])
other = anthropic.Anthropic(base_url=os.environ["KEYMESH_BASE_URL"], api_key=os.environ["OTHER_KEY"])
made = {}


def request(number, model="claude-sonnet-5-5"):
    params = {"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}
    return {"custom_id": f"r{number}", "params": params}


def create(*requests):
    return client.messages.batches.create(requests=list(requests))


@check("a batch is made, listed, and comes to its end")
def _():
    batch = create(request(1), request(2))
    expect(batch.processing_status == "in_progress", f"{batch}")
    expect(batch.id in [one.id for one in client.messages.batches.list()], "not listed")
    ended = client.messages.batches.retrieve(batch.id)
    expect(ended.processing_status == "ended" and ended.request_counts.succeeded == 2, f"{ended}")
    made["batch"] = batch.id


@check("its results are read, and tell what it used")
def _():
    lines = list(client.messages.batches.results(made["batch"]))
    expect([one.custom_id for one in lines] == ["r1", "r2"], f"{lines}")
    used = [one.result.message.usage for one in lines]
    saw(sum(one.input_tokens for one in used), sum(one.output_tokens for one in used))


@check("a batch is cancelled")
def _():
    batch = create(request(1))
    expect(client.messages.batches.cancel(batch.id).processing_status == "canceling", "another state")
    ended = client.messages.batches.retrieve(batch.id)
    expect(ended.request_counts.canceled == 1, f"{ended}")


@check("what another workspace keeps is NotFoundError")
def _():
    refused(anthropic.NotFoundError, 404, "Not found", lambda: other.messages.batches.retrieve(made["batch"]))
    expect(not list(other.messages.batches.list()), "others' are listed")


@check("a batch with a denied model is PermissionDeniedError")
def _():
    denied = "claude-haiku-5-5"
    refused(anthropic.PermissionDeniedError, 403, denied, lambda: create(request(1), request(2, denied)))


@check("a batch that does not fit the budget is 402")
def _():
    refused(anthropic.APIStatusError, 402, "budget", lambda: create(*(request(number) for number in range(1_000))))


end()
