"""The vendor's client `anthropic`, unchanged but for the base URL and the key."""
import os

import anthropic
from checks import check, end, expect, refused, saw

PIXEL = os.environ["PIXEL"]
TOOL = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def client(key):
    return anthropic.Anthropic(base_url=os.environ["KEYMESH_BASE_URL"], api_key=os.environ[key])


def body(text, **more):
    call = {"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": text}]}
    return call | more


def message(text, key="OPEN_KEY", **more):
    return client(key).messages.create(**body(text, **more))


def counted(answer):
    saw(answer.usage.input_tokens, answer.usage.output_tokens)
    return answer.content


@check("a message is answered")
def _():
    expect(counted(message("hello"))[0].text.startswith("Hello"), "another answer")


@check("a stream comes in pieces")
def _():
    with client("OPEN_KEY").messages.stream(**body("hello")) as stream:
        pieces = list(stream.text_stream)
        counted(stream.get_final_message())
    expect(len(pieces) > 3 and "".join(pieces).endswith("gateway."), f"{pieces}")


@check("a tool makes the round trip")
def _():
    asked = counted(message("weather", tools=[TOOL]))
    use = next(block for block in asked if block.type == "tool_use")
    expect(use.input == {"city": "Oslo"}, f"{use}")
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "snow"}
    turns = [
        {"role": "user", "content": "weather"},
        {"role": "assistant", "content": asked},
        {"role": "user", "content": [result]},
    ]
    expect(counted(message("", tools=[TOOL], messages=turns))[0].text == "It snows in Oslo.", "another answer")


@check("a streamed tool use is whole")
def _():
    with client("OPEN_KEY").messages.stream(**body("weather", tools=[TOOL])) as stream:
        blocks = counted(stream.get_final_message())
    expect(any(block.type == "tool_use" and block.input == {"city": "Oslo"} for block in blocks), f"{blocks}")


@check("an image passes")
def _():
    kind, data = PIXEL.removeprefix("data:").split(";base64,")
    image = {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}
    turn = {"role": "user", "content": [image, {"type": "text", "text": "picture"}]}
    expect(counted(message("", messages=[turn]))[0].text == "One black pixel.", "another answer")


@check("a context that is only cleared passes, as Claude Code sends it")
def _():
    clearing = {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}
    call = body("hello", context_management=clearing, betas=["context-management-2025-06-27"])
    expect(counted(client("OPEN_KEY").beta.messages.create(**call))[0].text.startswith("Hello"), "another answer")


@check("a denied model is PermissionDeniedError")
def _():
    denied = "claude-haiku-5-5"
    refused(anthropic.PermissionDeniedError, 403, denied, lambda: message("hello", "DENIED_KEY", model=denied))


@check("an ended budget is 402, and the call before it is paid")
def _():
    message("expensive", "SMALL_KEY")
    refused(anthropic.APIStatusError, 402, "budget", lambda: message("expensive", "SMALL_KEY"))


@check("a revoked key is AuthenticationError")
def _():
    refused(anthropic.AuthenticationError, 401, "revoked", lambda: message("hello", "REVOKED_KEY"))


end()
