"""Keymesh with a foreign upstream behind it and keys for a client to use."""
import collections
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from keeper import Keeper
from watching_proxy import WatchingProxy

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "keymesh")
# No start-up cache is made for a data folder that is thrown away.
os.environ["KEYMESH_AOT"] = "off"
START_SECONDS = 60
SETTLED_SECONDS = 5
ALLOWED = ["gpt-5.4", "text-embedding-3-small", "claude-sonnet-5-5"]
PRICES = {"openai": ["gpt-5.4", "gpt-5.4-mini", "text-embedding-3-small"], "anthropic": ["claude-sonnet-5-5", "claude-haiku-5-5"]}
# Fits one call of 100 tokens at 10 USD a million, and not a second.
SMALL = "0.0018"

Key = collections.namedtuple("Key", "id secret")


class World:
    """Runs until it is closed; both servers and the data folder go with it."""

    def __init__(self, node, clients):
        self.processes = []
        self.folder = tempfile.mkdtemp(prefix="keymesh-clients-")
        self.root = secrets.token_hex(24)
        try:
            self.keeper = Keeper()
            self.upstream = WatchingProxy(self.start_upstream(node, clients), self.keeper)
            self.port = self.start_keymesh()
            self.proxy = WatchingProxy(self.port)
            self.furnish()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start_upstream(self, node, clients):
        port = free_port()
        program = os.path.join(clients, "node_modules", "@copilotkit", "aimock", "dist", "cli.js")
        fixtures = os.path.join(HERE, "upstream.json")
        self.spawn("upstream", [node, program, "-p", str(port), "-f", fixtures, "--strict", "--log-level", "warn"])
        self.wait("upstream", lambda: ask(port, "GET", "/__aimock/journal")[0] == 200, 30)
        return port

    def start_keymesh(self):
        data = os.path.join(self.folder, "data")
        self.spawn("keymesh", [LAUNCHER, "serve", "--port", "0", "--data", data], KEYMESH_ROOT_KEY=self.root)
        address = self.wait("keymesh", lambda: read(os.path.join(data, "server.json")), START_SECONDS)
        return int(re.search(r":(\d+)\"", address)[1])

    def furnish(self):
        for kind, path in (("openai", "/v1"), ("anthropic", "")):
            base = self.upstream.url + path
            self.api("POST", "/providers", {"name": kind, "kind": kind, "baseUrl": base, "credential": "sk-upstream"})
            for model in PRICES[kind]:
                price = {"provider": kind, "model": model, "inputPerMillion": "1.00", "outputPerMillion": "10.00"}
                self.api("PUT", "/prices", price)
        for name in ("clients", "others"):
            workspace = {"id": name, "title": name, "environment": "live", "policy": {"allowedModels": ALLOWED}}
            self.api("POST", "/spaces/default/workspaces", workspace)

    def key(self, title, amount, workspace="clients"):
        budget = {"amount": amount, "currency": "USD", "period": "monthly"}
        issued = self.api("POST", "/spaces/default/keys", {"title": title, "workspace": workspace, "budget": budget})
        return Key(issued["id"], issued["secret"])

    def keys(self, title):
        """What a client is given: a key for all that is allowed, and one for each refusal."""
        keys = {kind: self.key(f"{title} {kind}", "1.00") for kind in ("OPEN", "DENIED", "REVOKED")}
        keys["SMALL"] = self.key(f"{title} SMALL", SMALL)
        self.revoke(keys["REVOKED"])
        return keys

    def revoke(self, key):
        self.api("POST", f"/keys/{key.id}/revoke")

    def attempts(self, key):
        """What was asked of Keymesh with a key; a list of models is no call of one."""
        return [call for call in self.proxy.calls if call.key == key.secret and call.method == "POST"]

    def usage(self, key):
        """Requests and tokens that are charged to a key."""
        rows = self.api("GET", f"/usage?groupBy=key&key={key.id}")["data"]
        return {name: sum(row[name] for row in rows) for name in ("requests", "inputTokens", "outputTokens")}

    def books(self, key):
        """What a key has spent and holds, in USD."""
        budget = self.api("GET", f"/budgets?scope=key:{key.id}")["data"][0]
        return {name: budget[name] for name in ("spent", "held")}

    def charged(self, key, expected):
        """The usage; a record is written a moment after its answer, so one that differs is asked for again."""
        end = time.monotonic() + SETTLED_SECONDS
        while (found := self.usage(key)) != expected and time.monotonic() < end:
            time.sleep(0.1)
        return found

    def api(self, method, path, body=None):
        status, answer = ask(self.port, method, "/api/v1" + path, body, self.root)
        if status >= 300:
            raise RuntimeError(f"{method} {path} was answered with {status}: {answer}")
        return json.loads(answer) if answer else None

    def spawn(self, name, command, **environment):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("KEYMESH_")}
        with open(os.path.join(self.folder, name + ".log"), "wb") as log:
            process = subprocess.Popen(command, env=clean | environment, stdout=log, stderr=subprocess.STDOUT)
        self.processes.append(process)

    def wait(self, name, ready, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.processes[-1].poll() is None:
            try:
                if found := ready():
                    return found
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{name} did not start: {read(os.path.join(self.folder, name + '.log'))[-2000:]}")

    def close(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def secrets_of(keys):
    """As a client's script reads them from its environment."""
    return {f"{kind}_KEY": key.secret for kind, key in keys.items()}


def ask(port, method, path, body=None, bearer=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + bearer} if bearer else {})
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
