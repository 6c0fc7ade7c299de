"""The clients of MCP: its TypeScript client, the inspector, a newcomer's run, the maintainers' conformance suite."""
import json
import os
import re
import tempfile

import toolchain
from report import GREETING, equal, prints, script
from world import LAUNCHER, secrets_of

ROOT = os.path.dirname(LAUNCHER)
# It builds what it needs first.
CONFORMANCE_SECONDS = 600
NEWCOMER_SEES = (
    "may call demo-small: true",
    "Issued: key_",
    "Answer: Hello",
    "Usage: 1 request",
    "is revoked",
    "Refused: 401",
)


def mcp_client(world, report, transport, node, folder):
    name = f"@modelcontextprotocol/sdk ({transport})"
    keys = world.keys(name)
    environment = {"KEYMESH_BASE_URL": world.url, "KEYMESH": LAUNCHER, "ROOT_KEY": world.root} | secrets_of(keys)
    told = script(report, name, [node, "mcp_client.mjs", transport], folder, environment)
    if told:
        equal(report, name, "usage as the client was told", world.charged(keys["OPEN"], told), told)


def inspector(world, report, node, folder):
    """Its command line, which also judges the schemas of the tools."""
    package = os.path.join(folder, "node_modules", "@modelcontextprotocol", "inspector")
    command = [node, os.path.join(package, "clients", "launcher", "build", "index.js"), "--cli"]
    key = world.key("inspector", "1.00").secret
    stdio = ["-e", f"KEYMESH_BASE_URL={world.url}", "-e", f"KEYMESH_API_KEY={key}", LAUNCHER, "mcp"]
    http = ["--server-url", world.url + "/mcp", "--header", f"Authorization: Bearer {key}"]
    list_tools = ["--method", "tools/list", "--strict"]
    check_model = ["--method", "tools/call", "--tool-name", "models_check", "--tool-arg", "model=gpt-5.4"]
    complete = ["--method", "tools/call", "--tool-name", "chat_complete", "--tool-arg", "model=gpt-5.4", "--tool-arg"]
    complete += [f"messages={json.dumps([{'role': 'user', 'content': 'hello'}])}"]
    # It writes files about the servers that it saw, by default into the home folder.
    environment = {"MCP_STORAGE_DIR": os.path.join(world.folder, "inspector")}
    for transport, target in (("stdio", stdio), ("http", http)):
        client = f"inspector --cli ({transport})"
        for name, asked, expected in (
            ("--strict lists the tools", list_tools, '"name": "chat_complete"'),
            ("a model is checked", check_model, '"allowed": true'),
            ("a chat is completed", complete, GREETING),
        ):
            prints(report, client, name, [*command, *asked, *target], folder, environment, expected)


def newcomer(report, node, folder):
    """The entry of the README, with nothing but the launcher's path and an empty data folder put in."""
    with tempfile.TemporaryDirectory(prefix="keymesh-newcomer-", ignore_cleanup_errors=True) as home:
        entry = mcp_entry()
        entry["mcpServers"]["keymesh"] |= {"command": LAUNCHER, "env": {"KEYMESH_DATA": os.path.join(home, "data")}}
        file = os.path.join(home, "mcp.json")
        with open(file, "w", encoding="utf-8") as written:
            json.dump(entry, written)
        command = [node, "typescript/newcomer.ts", file]
        prints(report, "examples", "typescript/newcomer.ts", command, folder, {}, *NEWCOMER_SEES)


def mcp_entry():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        blocks = re.findall(r"```json\n(.*?)```", readme.read(), re.DOTALL)
    return json.loads(next(block for block in blocks if "mcpServers" in block))


def conformance(report):
    """The suite of MCP's maintainers, which the server's module runs."""
    try:
        toolchain.reachable()
    except toolchain.Missing as why:
        report.leave_out("MCP conformance", str(why))
        return
    program = os.path.join(ROOT, "mcp-server", "conformance")
    name = "every check that is scored for 2025-11-25 passes"
    prints(report, "MCP conformance", name, [program], toolchain.HERE, {}, seconds=CONFORMANCE_SECONDS)
