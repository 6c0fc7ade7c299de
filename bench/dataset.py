"""Data folders and databases of many calls, for what measures them: a Keymesh, a PostgreSQL, and calls with their books."""
import glob
import http.client
import itertools
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(os.path.dirname(HERE), "keymesh")
os.environ["KEYMESH_AOT"] = "off"
DAY_MS = 86_400_000
DIGITS = "0123456789abcdefghijklmnopqrstuv"
OPEN_DAYS = 2
COLUMNS = ("id, space, workspace, key, provider, model, operation, status, upstream_status, outcome, error_code, stream,"
           " input_tokens, cached_input_tokens, output_tokens, cost, held, settlement, price_version, facts, day, started_at,"
           " duration_ms, first_byte_ms, tokens")
BALANCES = "scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens"
ROLL_UP = """
    INSERT INTO usage_day SELECT day, space, workspace, key, provider, COALESCE(model, ''), COUNT(*), SUM(input_tokens),
      SUM(cached_input_tokens), SUM(output_tokens), SUM(COALESCE(cost, 0)),
      SUM(CASE WHEN settlement <> 'none' THEN 1 ELSE 0 END), SUM(tokens)
    FROM call WHERE day <= {0} AND provider IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6;
    UPDATE keeping SET rolled = {0} WHERE id = 1;
    """
# Outcome, its share of 1,000, status, the provider's status, error code, settlement.
OUTCOMES = (("completed", 950, 200, 200, None, "reported"), ("refused", 30, 429, None, "quota_exceeded", "none"),
            ("failed", 15, 502, 500, None, "none"), ("aborted", 5, 200, 200, "client_disconnected", "estimated"))


def request_id(ms, number):
    """As Keymesh makes them: a UUID of version 7 in 26 characters that sort by time."""
    bits = ms << 80 | 7 << 76 | (number >> 62 & 0xFFF) << 64 | 2 << 62 | number & (1 << 62) - 1
    return "req_" + "".join(DIGITS[bits >> shift & 31] for shift in range(125, -1, -5))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A Keymesh of its own folder, ready; on another database where a URL is given, at another time where seconds are."""

    def __init__(self, folder, database=None, moved=0):
        announced = os.path.join(folder, "server.json")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("KEYMESH_") or name == "KEYMESH_AOT"}
        if database:
            environment["KEYMESH_DATABASE"] = database
        start = time.monotonic()
        words = at_another_time(folder, database, moved) if moved else [LAUNCHER, "serve", "--port", "0", "--data", folder]
        self.process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
        while not os.path.exists(announced):
            if self.process.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.01)
        self.port = int(json.load(open(announced))["address"].rsplit(":", 1)[1])
        self.root = open(os.path.join(folder, "root.key")).read().strip()
        while self.get("/readyz")[0] != 200:
            time.sleep(0.01)
        self.seconds = time.monotonic() - start

    def get(self, path):
        return self.send("GET", path)

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Authorization": "Bearer " + self.root, "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def must(self, method, path, body=None):
        status, text = self.send(method, path, body)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {text[:300]}")
        return json.loads(text) if text else None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def at_another_time(folder, database, moved):
    """The command of a server whose clock is moved by seconds; its flags are the launcher's."""
    with tempfile.TemporaryDirectory() as scratch:
        usual = Server(scratch)
        words = open(f"/proc/{usual.process.pid}/cmdline").read().split("\0")
        usual.stop()
    flags, jar = words[:words.index("-jar")], words[words.index("-jar") + 1]
    classes = os.path.join(folder, "classes")
    subprocess.run([os.path.join(os.path.dirname(words[0]), "javac"), "-cp", jar, "-d", classes,
                    os.path.join(HERE, "src", "ServeAt.java")], check=True)
    return [*flags, "-cp", f"{jar}:{classes}", "ServeAt", folder, f"PT{moved}S", *([database] if database else [])]


class Calls:
    """
    Calls of the last days, oldest first, as rows of the table; when all are read, the balances that belong to them.

    keys: of each its id and its workspace. often: of each how often it calls, as running totals; None is all alike. The last
    one is of now, or of as many seconds off as it is moved.
    """

    def __init__(self, keys, count, days, often=None, moved=0):
        self.keys, self.count, self.often = keys, count, often
        self.now = int((time.time() + moved) * 1000)
        self.first = self.now - days * DAY_MS
        self.spent = {}

    def __iter__(self):
        choices = random.choices(self.keys, cum_weights=self.often, k=self.count)
        outcomes = random.choices(OUTCOMES, [outcome[1] for outcome in OUTCOMES], k=self.count)
        return itertools.starmap(self.call, zip(range(self.count), choices, outcomes))

    def call(self, number, whose, outcome):
        key, workspace = whose
        end, _, status, upstream, error, settlement = outcome
        at = self.first + (self.now - self.first) * number // self.count
        charged = settlement != "none"
        cost = random.randrange(1, 5_000_000) if charged else 0
        read, written = (random.randrange(3000), random.randrange(900)) if charged else (0, 0)
        if charged:
            self.charge(key, workspace, at // DAY_MS, cost, read + written)
        return (request_id(at, number), "default", workspace, key, "openai" if upstream else None,
                "model-rare" if number % 20_000 == 7 else f"model-{number % 5}",
                "chat", status, upstream, end, error, 0, read, 0, written, cost, cost, settlement, "prc_1",
                '{"models":["model"],"stream":false,"tools":[],"modalities":["text"],"inputBound":4096}',
                at // DAY_MS, at, 900, 300, read + written)

    def charge(self, key, workspace, day, cost, tokens):
        for scope in ("account", "space:default", "workspace:default/" + workspace, "key:" + key):
            sums = self.spent.setdefault((scope, day), [0, 0, 0])
            sums[0] += cost
            sums[1] += 1
            sums[2] += tokens

    def balances(self):
        for (scope, day), (cost, requests, tokens) in self.spent.items():
            yield scope, "", "", day, cost, 0, requests, 0, tokens, 0

    def roll_up(self):
        """What the upkeep of the books does within ten minutes, as one script."""
        return ROLL_UP.format(self.now // DAY_MS - OPEN_DAYS)


class Sqlite:
    """The file of a data folder whose server is stopped."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "keymesh.db")

    def fill(self, calls, rolled):
        connection = sqlite3.connect(self.file)
        for table, columns, rows in (("call", COLUMNS, calls), ("balance", BALANCES, calls.balances())):
            marks = ",".join("?" * len(columns.split(",")))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        if rolled:
            connection.executescript(calls.roll_up())
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def megabytes(self):
        return sum(os.path.getsize(self.file + end) for end in ("", "-wal") if os.path.exists(self.file + end)) / 1e6


class Postgres:
    """A PostgreSQL of its own from the Debian package; ends where there is none."""

    def __init__(self, work):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        if not found or not os.path.exists(os.path.join(found[-1], "initdb")):
            raise SystemExit("there is no PostgreSQL in /usr/lib/postgresql: apt install postgresql, or --database sqlite")
        self.bin, self.data, self.port = found[-1], os.path.join(work, "postgres"), free_port()
        # PostgreSQL refuses to run as root; in a namespace of its own it is not.
        self.user = ["unshare", "-U"] if os.getuid() == 0 else []
        made = subprocess.run([*self.user, self.of("initdb"), "-A", "trust", "-U", "keymesh", "-N", self.data],
                              capture_output=True, text=True)
        if made.returncode:
            raise SystemExit("initdb: " + made.stderr[-500:])
        self.process = subprocess.Popen(
            [*self.user, self.of("postgres"), "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1", "-k", self.data],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while subprocess.run([self.of("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start")
            time.sleep(0.05)
        self.url = f"jdbc:postgresql://127.0.0.1:{self.port}/postgres?user=keymesh"

    def of(self, program):
        return os.path.join(self.bin, program)

    def psql(self, *arguments):
        return [self.of("psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "keymesh",
                "postgres", *arguments]

    def ask(self, statement):
        return subprocess.run(self.psql("-c", statement), check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def fill(self, calls, rolled):
        for table, columns, rows in (("call", COLUMNS, calls), ("balance", BALANCES, calls.balances())):
            copy = subprocess.Popen(self.psql("-c", f"COPY {table} ({columns}) FROM STDIN"), stdin=subprocess.PIPE, text=True)
            for row in rows:
                copy.stdin.write("\t".join("\\N" if value is None else str(value) for value in row) + "\n")
            copy.stdin.close()
            if copy.wait():
                raise SystemExit(f"COPY {table} failed")
        if rolled:
            self.ask(calls.roll_up())
        # An installation that grew to this has long been analysed.
        self.ask("VACUUM ANALYZE")

    def megabytes(self):
        return int(self.ask("SELECT pg_database_size('postgres')")) / 1e6

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
