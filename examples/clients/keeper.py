"""The files and batches of both vendors, kept by an upstream of our own: the foreign one has none. It keeps its own bill."""
import email.parser
import email.policy
import itertools
import json
import re
import threading

FILES = re.compile(r"/v1/files(?:/([\w-]+)(/content)?)?")
BATCHES = re.compile(r"/v1/(messages/)?batches(?:/([\w-]+)(/cancel|/results)?)?")
# What each request of a batch uses.
INPUT, OUTPUT = 11, 7
TEXT = "Hello from the other side of the gateway."
STARTED = 1_780_000_000
DAY = "2026-05-28T20:26:40Z"


class Keeper:
    """A batch has ended when it is asked for the first time; one that was cancelled before has answered nothing."""

    def __init__(self):
        self.files, self.contents, self.batches, self.results, self.requests = {}, {}, {}, {}, {}
        self.numbers = itertools.count(1)
        self.billed = {"inputTokens": 0, "outputTokens": 0}
        self.lock = threading.Lock()

    def answer(self, method, target, headers, body):
        """Status, type and bytes; None where the request is about something else."""
        path = target.split("?")[0]
        with self.lock:
            if found := FILES.fullmatch(path):
                return self.file(method, headers, body, *found.groups())
            if found := BATCHES.fullmatch(path):
                return self.batch(method, body, *found.groups())
        return None

    def file(self, method, headers, body, name, content):
        if name is None:
            return said(self.upload(headers, body)) if method == "POST" else said(listed(self.files))
        if name not in self.files:
            return said({"error": {"message": f"No such File object: {name}"}}, 404)
        if method == "DELETE":
            del self.files[name]
            return said({"id": name, "object": "file", "deleted": True})
        return (200, "application/octet-stream", self.contents[name]) if content else said(self.files[name])

    def upload(self, headers, body):
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        parts = {part.get_param("name", header="Content-Disposition"): part for part in form.iter_parts()}
        sent = parts["file"].get_payload(decode=True)
        return self.keep(sent, parts["file"].get_filename(), parts["purpose"].get_payload(decode=True).decode().strip())

    def keep(self, sent, filename, purpose):
        name = f"file-{next(self.numbers)}"
        self.contents[name] = sent
        self.files[name] = {"id": name, "object": "file", "bytes": len(sent), "created_at": STARTED, "filename": filename,
                            "purpose": purpose, "status": "processed"}
        return self.files[name]

    def batch(self, method, body, messages, name, act):
        if name is None:
            if method == "GET":
                return said(listed({name: batch for name, batch in self.batches.items() if is_message(name) == bool(messages)}))
            return said(self.make_messages(body) if messages else self.make(body))
        if name not in self.batches:
            return said({"error": {"message": f"No batch found with id '{name}'."}}, 404)
        if act == "/results":
            return 200, "application/x-jsonl", self.results[name]
        batch = self.batches[name]
        state = "processing_status" if messages else "status"
        if act == "/cancel":
            batch[state] = "canceling" if messages else "cancelling"
        elif batch[state] in ("in_progress", "cancelling", "canceling"):
            (self.end_messages if messages else self.end)(batch, answered=batch[state] == "in_progress")
        return said(batch)

    def make(self, body):
        asked = json.loads(body)
        name = f"batch_{next(self.numbers)}"
        self.requests[name] = [json.loads(line) for line in self.contents[asked["input_file_id"]].splitlines() if line]
        self.batches[name] = {
            "id": name, "object": "batch", "endpoint": asked["endpoint"], "completion_window": asked["completion_window"],
            "input_file_id": asked["input_file_id"], "output_file_id": None, "error_file_id": None, "status": "in_progress",
            "created_at": STARTED, "request_counts": {"total": len(self.requests[name]), "completed": 0, "failed": 0}}
        return self.batches[name]

    def end(self, batch, answered):
        batch["status"] = "completed" if answered else "cancelled"
        if answered:
            lines = [{"id": f"r{number}", "custom_id": asked["custom_id"], "error": None, "response": {
                "status_code": 200, "request_id": f"r{number}", "body": completion(asked["body"]["model"])}}
                for number, asked in enumerate(self.requests[batch["id"]])]
            batch["output_file_id"] = self.keep(jsonl(lines), "output.jsonl", "batch_output")["id"]
            batch["request_counts"]["completed"] = len(lines)
            self.bill(len(lines))

    def make_messages(self, body):
        name = f"msgbatch_{next(self.numbers)}"
        self.requests[name] = json.loads(body)["requests"]
        self.batches[name] = {
            "id": name, "type": "message_batch", "processing_status": "in_progress", "created_at": DAY, "expires_at": DAY,
            "ended_at": None, "archived_at": None, "cancel_initiated_at": None, "results_url": None,
            "request_counts": {"processing": len(self.requests[name]), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}}
        return self.batches[name]

    def end_messages(self, batch, answered):
        asked = self.requests[batch["id"]]
        batch |= {"processing_status": "ended", "ended_at": DAY, "results_url": f"https://vendor.invalid/{batch['id']}/results"}
        batch["request_counts"] |= {"processing": 0, "succeeded" if answered else "canceled": len(asked)}
        self.results[batch["id"]] = jsonl([{"custom_id": one["custom_id"], "result": {
            "type": "succeeded", "message": message(one["params"]["model"])} if answered else {"type": "canceled"}} for one in asked])
        if answered:
            self.bill(len(asked))

    def bill(self, requests):
        self.billed["inputTokens"] += requests * INPUT
        self.billed["outputTokens"] += requests * OUTPUT


def is_message(name):
    return name.startswith("msgbatch_")


def completion(model):
    return {"id": "c", "object": "chat.completion", "created": STARTED, "model": model, "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": TEXT}}],
        "usage": {"prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT}}


def message(model):
    return {"id": "m", "type": "message", "role": "assistant", "model": model, "content": [{"type": "text", "text": TEXT}],
            "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": INPUT, "output_tokens": OUTPUT}}


def listed(objects):
    data = list(reversed(objects.values()))
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return {"object": "list", "data": data, "has_more": False} | ends


def jsonl(lines):
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def said(answer, status=200):
    return status, "application/json", json.dumps(answer).encode()
