"""What the clients need, installed at the pinned versions into a folder of the build."""
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.dirname(HERE)
BUILD = os.path.join(EXAMPLES, "target", "clients")
OLDEST_NODE = (22, 19)
PATIENCE_SECONDS = 240


class Missing(Exception):
    """Why something cannot be had here; what needs it is left out."""


def python():
    """A Python that has the clients of requirements.txt."""
    pins = os.path.join(HERE, "requirements.txt")
    folder = os.path.join(BUILD, "python")
    program = os.path.join(folder, "bin", "python")
    if installed(folder, pins):
        return program
    shutil.rmtree(folder, ignore_errors=True)
    step("a Python environment", [sys.executable, "-m", "venv", folder])
    pip = [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    step("the Python clients", pip + ["--only-binary", ":all:", "--require-hashes", "-r", pins])
    mark(folder, pins)
    return program


def node():
    """A Node that is new enough for the clients: the machine's, or one from npm."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        if numbers >= OLDEST_NODE:
            return found
    folder = packages("node22", os.path.join(HERE, "node22"))
    modules = os.path.join(folder, "node_modules")
    for package in sorted(os.listdir(modules)) if os.path.isdir(modules) else []:
        program = os.path.join(modules, package, "bin", "node")
        if os.access(program, os.X_OK):
            return program
    # npm passes over an optional package that it cannot get, and says nothing.
    shutil.rmtree(folder)
    version = ".".join(map(str, OLDEST_NODE))
    raise Missing(f"Node {version} or newer is needed; npm cannot be reached, or has none for this machine")


def node_clients():
    """The folder that holds the Node clients in node_modules, and beside it what runs them."""
    folder = packages("node", HERE)
    for name in os.listdir(HERE):
        if name.endswith(".mjs"):
            shutil.copy(os.path.join(HERE, name), folder)
    shutil.copytree(os.path.join(EXAMPLES, "typescript"), os.path.join(folder, "typescript"), dirs_exist_ok=True)
    return folder


def packages(name, source):
    """Installs a lock file of npm."""
    folder = os.path.join(BUILD, name)
    lock = os.path.join(source, "package-lock.json")
    if installed(folder, lock):
        return folder
    if not shutil.which("npm"):
        raise Missing("there is no npm on the PATH")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(os.path.join(source, file), folder)
    step(f"the packages of {name}", ["npm", "ci", "--loglevel=error", "--fetch-retries=1"], folder)
    mark(folder, lock)
    return folder


def reachable():
    """Fails where npm cannot be reached."""
    step("the conformance suite", ["npm", "ping", "--loglevel=error", "--fetch-retries=0"])


def installed(folder, pins):
    try:
        with open(os.path.join(folder, ".installed")) as file:
            return file.read() == digest(pins)
    except OSError:
        return False


def mark(folder, pins):
    with open(os.path.join(folder, ".installed"), "w") as file:
        file.write(digest(pins))


def digest(pins):
    with open(pins, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def step(what, command, folder=None):
    """Runs a command that installs; it is no defect of ours when it fails."""
    print(f"installing {what} ...", file=sys.stderr, flush=True)
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{what} cannot be installed: {error}") from error
    if ended.returncode:
        errors = [line for line in ended.stderr.splitlines() if "error" in line.lower().split(":")[0]]
        raise Missing(f"{what} cannot be installed: {' / '.join(errors[-3:]) or 'the installer gives no reason'}")
