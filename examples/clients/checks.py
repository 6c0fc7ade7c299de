"""What a client's script prints: a line a check, then the usage that the client was told of."""
import json
import traceback

usage = {"requests": 0, "inputTokens": 0, "outputTokens": 0}


def check(name):
    """Runs the function below it as a check of this name."""

    def run(body):
        try:
            body()
            say(check=name, why=None)
        except Exception:
            say(check=name, why=traceback.format_exc(limit=-2))

    return run


def saw(input_tokens, output_tokens):
    usage["requests"] += 1
    usage["inputTokens"] += input_tokens
    usage["outputTokens"] += output_tokens


def expect(condition, why):
    if not condition:
        raise AssertionError(why)


def refused(kind, status, word, call):
    """The call must raise this error of the client, with this status and word."""
    try:
        call()
    except kind as error:
        expect(error.status_code == status, f"status {error.status_code}, not {status}: {error}")
        expect(word in str(error), f"the message has no '{word}': {error}")
        return
    raise AssertionError(f"not refused; expected {kind.__name__}")


def end():
    say(usage=usage)


def say(**line):
    print(json.dumps(line), flush=True)
