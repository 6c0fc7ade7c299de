"""The vendor's client `openai`, unchanged but for the base URL and the key."""
import json
import os

import openai
from checks import check, end, expect, refused, saw

PIXEL = os.environ["PIXEL"]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def client(key):
    return openai.OpenAI(base_url=os.environ["KEYMESH_BASE_URL"] + "/v1", api_key=os.environ[key])


def chat(text, key="OPEN_KEY", **more):
    call = {"model": "gpt-5.4", "messages": [{"role": "user", "content": text}], "max_completion_tokens": 100}
    return client(key).chat.completions.create(**(call | more))


def respond(text, **more):
    call = {"model": "gpt-5.4", "input": text, "max_output_tokens": 100}
    return client("OPEN_KEY").responses.create(**(call | more))


def counted_response(answer):
    saw(answer.usage.input_tokens, answer.usage.output_tokens)


def counted(answer):
    saw(answer.usage.prompt_tokens, answer.usage.completion_tokens)
    return answer.choices[0].message


@check("a chat is answered")
def _():
    expect(counted(chat("hello")).content.startswith("Hello"), "another answer")


@check("a stream comes in pieces, its usage last")
def _():
    pieces, usage = [], None
    for chunk in chat("hello", stream=True, stream_options={"include_usage": True}):
        pieces += [choice.delta.content for choice in chunk.choices if choice.delta.content]
        usage = chunk.usage or usage
    expect(len(pieces) > 3 and "".join(pieces).endswith("gateway."), f"{pieces}")
    saw(usage.prompt_tokens, usage.completion_tokens)


@check("a function call makes the round trip")
def _():
    asked = counted(chat("weather", tools=[TOOL]))
    call = asked.tool_calls[0]
    expect(json.loads(call.function.arguments) == {"city": "Oslo"}, f"{call}")
    answer = {"role": "tool", "tool_call_id": call.id, "content": "snow"}
    told = chat("weather", tools=[TOOL], messages=[{"role": "user", "content": "weather"}, asked, answer])
    expect(counted(told).content == "It snows in Oslo.", "another answer")


@check("a streamed function call is whole")
def _():
    usage, arguments = None, ""
    for chunk in chat("weather", tools=[TOOL], stream=True, stream_options={"include_usage": True}):
        for choice in chunk.choices:
            arguments += "".join(call.function.arguments or "" for call in choice.delta.tool_calls or [])
        usage = chunk.usage or usage
    expect(json.loads(arguments) == {"city": "Oslo"}, arguments)
    saw(usage.prompt_tokens, usage.completion_tokens)


@check("an image passes")
def _():
    content = [{"type": "text", "text": "picture"}, {"type": "image_url", "image_url": {"url": PIXEL}}]
    told = chat("", messages=[{"role": "user", "content": content}])
    expect(counted(told).content == "One black pixel.", "another answer")


@check("the models are listed")
def _():
    models = [model.id for model in client("OPEN_KEY").models.list()]
    expect("gpt-5.4" in models, f"{models}")


@check("a response is given, and one that streams")
def _():
    told = respond("hello")
    counted_response(told)
    expect(told.output_text.startswith("Hello"), "another answer")
    events = list(respond("hello", stream=True))
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    expect(len(pieces) > 3 and "".join(pieces).endswith("gateway."), f"{pieces}")
    counted_response(events[-1].response)


@check("a response's function call makes the round trip")
def _():
    tool = {"type": "function"} | TOOL["function"]
    asked = respond("weather", tools=[tool])
    counted_response(asked)
    call = next(item for item in asked.output if item.type == "function_call")
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "snow"}
    turns = [{"role": "user", "content": "weather"}, *asked.output, result]
    told = respond("", tools=[tool], input=turns)
    counted_response(told)
    expect(told.output_text == "It snows in Oslo.", "another answer")


@check("a text is embedded")
def _():
    told = client("OPEN_KEY").embeddings.create(model="text-embedding-3-small", input="hello", encoding_format="float")
    expect(told.data[0].embedding == [0.25, 0.5], f"{told}")
    saw(told.usage.prompt_tokens, 0)


@check("a denied model is PermissionDeniedError")
def _():
    refused(openai.PermissionDeniedError, 403, "gpt-5.4-mini", lambda: chat("hello", "DENIED_KEY", model="gpt-5.4-mini"))


@check("an ended budget is RateLimitError, and the call before it is paid")
def _():
    chat("expensive", "SMALL_KEY")
    refused(openai.RateLimitError, 429, "budget", lambda: chat("expensive", "SMALL_KEY"))


@check("a revoked key is AuthenticationError")
def _():
    refused(openai.AuthenticationError, 401, "revoked", lambda: chat("hello", "REVOKED_KEY"))


end()
