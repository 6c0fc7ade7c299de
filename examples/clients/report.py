"""What the checks found, and what the commands that were run for them printed."""
import json
import os
import signal
import subprocess

NOTHING_CHECKED = 69
CLIENT_SECONDS = 120
# What a person's shell may say to a client, and no check may depend on.
FOREIGN = ("OPENAI_", "ANTHROPIC_", "KEYMESH_", "MCP_")
# The upstream's answer to "hello".
GREETING = "Hello from the other side of the gateway."


class Report:
    def __init__(self):
        self.rows = {}
        self.left_out = {}

    def check(self, client, name, why):
        passed, failed = self.rows.get(client, (0, 0))
        self.rows[client] = (passed, failed + 1) if why else (passed + 1, failed)
        print(f"{'FAIL' if why else 'ok  '}  {client}: {name}", flush=True)
        for line in (why or "").strip().splitlines():
            print(f"          {line}", flush=True)

    def leave_out(self, client, why):
        self.left_out[client] = why
        print(f"LEFT OUT  {client}", flush=True)

    def end(self, seconds):
        width = max(map(len, [*self.rows, *self.left_out, "client"])) + 2
        print(f"\n{'client':<{width}}passed  failed")
        for client, (passed, failed) in self.rows.items():
            print(f"{client:<{width}}{passed:6}  {failed:6}")
        for client in self.left_out:
            print(f"{client:<{width}}left out")
        failed = sum(row[1] for row in self.rows.values())
        passed = sum(row[0] for row in self.rows.values())
        print(f"{passed} passed, {failed} failed, {len(self.left_out)} left out, {seconds:.0f} s")
        for client, why in self.left_out.items():
            print(f"LEFT OUT  {client}: {why}")
        if failed:
            return 1
        return 0 if passed else NOTHING_CHECKED


def script(report, name, command, folder, environment):
    """Reports the lines of a client's script; answers with the usage that it was told of, null where it ended early."""
    told = None
    status, printed = output(command, folder, environment)
    for line in printed.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            print(f"          {line}")
            continue
        if "check" in said:
            report.check(name, said["check"], said["why"])
        told = said.get("usage", told)
    if status or told is None:
        report.check(name, "the script ends well", f"exit code {status}, {'no ' if told is None else ''}usage told")
    return told


def prints(report, client, name, command, folder, environment, *expected, seconds=CLIENT_SECONDS):
    """The command must exit with 0 and print all of this."""
    status, printed = output(command, folder, environment, seconds)
    missing = [text for text in expected if text not in printed]
    failed = status != 0 or missing
    report.check(client, name, f"exit code {status}, missing: {missing}, in:\n{printed}" if failed else None)


def equal(report, client, name, found, expected):
    shown = ", ".join(f"{key} {value}" for key, value in expected.items()) if isinstance(expected, dict) else expected
    report.check(client, f"{name}: {shown}", None if found == expected else f"found {found}")


def output(command, folder, environment, seconds=CLIENT_SECONDS):
    """Exit code, and what was printed on either output."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    clean |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=seconds)
            return process.returncode, printed
        except subprocess.TimeoutExpired as late:
            end_group(process)
            printed = late.stdout or ""
            return "none in time", printed if isinstance(printed, str) else printed.decode()
        except BaseException:
            end_group(process)
            raise


def end_group(process):
    """A command's own children hold no lock, port or pipe of ours longer than the command."""
    os.killpg(process.pid, signal.SIGKILL)
