"""What the benches share: their programs in C, the load and its bodies, what a process used, and an installation to call."""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "target")
LAUNCHER = os.path.join(os.path.dirname(HERE), "keymesh")
RATE = 1000
MODELS = {"fast": "bench-model", "slow": "bench-slow"}


def build():
    os.makedirs(BUILD, exist_ok=True)
    for name in ("upstream", "load", "fsync"):
        subprocess.run(["gcc", "-O2", "-o", f"{BUILD}/{name}", f"{HERE}/src/{name}.c"], check=True)


def furnish(rest, upstreams, budgets=True):
    """Providers on these ports, prices, a policy and, where wanted, budgets on account, workspace and key; the key's secret."""
    for name, port in upstreams.items():
        rest("POST", "/api/v1/providers", {"name": name, "kind": "openai-compatible",
             "baseUrl": f"http://127.0.0.1:{port}/v1", "credential": "bench-credential-0123456789"})
        rest("PUT", "/api/v1/prices", {"provider": name, "model": MODELS[name],
             "inputPerMillion": "0.10", "outputPerMillion": "0.40"})
    rest("POST", "/api/v1/spaces/default/workspaces", {
        "id": "bench", "policy": {"allowedModels": ["bench-*"], "toolAllowlist": ["*"]}})
    key = {"title": "bench", "workspace": "bench"}
    if budgets:
        for scope in ("account", "workspace:default/bench"):
            rest("PUT", "/api/v1/budgets", {"scope": scope, "period": "monthly", "amount": "100000.00"})
        key["budget"] = {"amount": "100000.00", "currency": "USD", "period": "monthly"}
    return rest("POST", "/api/v1/spaces/default/keys", key)["secret"]


def descendants(pid):
    found = [pid]
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            children = open(path).read().split()
        except OSError:
            # The thread has ended.
            continue
        for child in children:
            found += descendants(int(child))
    return found


def cpu_nanos(pid):
    total = 0
    for process in descendants(pid):
        for path in glob.glob(f"/proc/{process}/task/*/schedstat"):
            try:
                total += int(open(path).read().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
    return total


def pss_mb(pid):
    total = 0
    for process in descendants(pid):
        for line in open(f"/proc/{process}/smaps_rollup"):
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def load(port, mode, connections, rate, seconds, warm, body, key):
    out = subprocess.run([f"{BUILD}/load", str(port), mode, str(connections), str(rate), str(seconds), str(warm), body, key],
                         check=True, capture_output=True, text=True)
    if out.stderr:
        print(out.stderr, file=sys.stderr)
    return json.loads(out.stdout)


def bodies(folder):
    tool = {"type": "function", "function": {"name": "search", "parameters": {"type": "object", "properties": {}}}}
    chat = {"model": "bench-model", "max_tokens": 100, "tools": [tool, {**tool, "function": {**tool["function"], "name": "read"}}],
            "messages": [{"role": "system", "content": "You are brief."}, {"role": "user", "content": "x" * 1600}]}
    stream = {**chat, "model": "bench-slow", "stream": True, "stream_options": {"include_usage": True}}
    paths = []
    for name, value in (("chat", chat), ("stream", stream)):
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w") as out:
            json.dump(value, out, separators=(",", ":"))
    return paths


def fdatasync(folder, count):
    """How long the disk takes to make 4 KB durable, microseconds."""
    out = subprocess.run([f"{BUILD}/fsync", f"{folder}/fsync", str(count)], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def verdict(text, value, target):
    print(f"  {'met    ' if value <= target else 'NOT met'} {text}: {value:.2f}, target {target:.2f}")
