"""The official Python clients against a server with chat-tiny: `clients.py URL KEY`."""

import json
import sys

import anthropic
import openai

url, key = sys.argv[1:]
client = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0)
claude = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)

GERMANY = [{"role": "user", "content": "What is the capital of Germany? One word only."}]
BERLIN = "The capital of Germany is Berlin."
MUNICH = [{"role": "user", "content": "What is the weather in Munich?"}]
GREEDY = {"temperature": 0}
CITY = {"type": "object", "properties": {"city": {"type": "string", "description": "Name of the city"}}, "required": ["city"]}
WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "Get the weather of a city", "parameters": CITY}}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


def chat(**fields):
    return client.chat.completions.create(model="gpt-4o", **{"temperature": 0, **fields})


def plain():
    answer = chat(messages=GERMANY)
    assert answer.choices[0].message.content == BERLIN, answer
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def streamed():
    chunks = list(chat(messages=GERMANY, stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == BERLIN
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0


def reasoning():
    answer = chat(messages=GERMANY, reasoning_effort="high")
    assert answer.choices[0].message.reasoning_content, answer


def tools():
    answer = chat(messages=MUNICH, tools=[WEATHER])
    call = answer.choices[0].message.tool_calls[0]
    assert answer.choices[0].finish_reason == "tool_calls" and answer.choices[0].message.content is None, answer
    assert json.loads(call.function.arguments) == {"city": "Munich"}, call
    pieces = ""
    for chunk in chat(messages=MUNICH, tools=[WEATHER], stream=True):
        for delta in chunk.choices[0].delta.tool_calls or []:
            pieces += delta.function.arguments or ""
    assert json.loads(pieces) == {"city": "Munich"}, pieces
    history = [*MUNICH, answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    assert "sunny" in chat(messages=history, tools=[WEATHER]).choices[0].message.content


def tool_choice():
    assert chat(messages=MUNICH, tools=[WEATHER], tool_choice="none").choices[0].message.tool_calls is None
    for choice in "required", {"type": "function", "function": {"name": "get_weather"}}:
        answer = chat(messages=MUNICH, tools=[WEATHER], tool_choice=choice)
        assert answer.choices[0].message.tool_calls[0].function.name == "get_weather", answer


def schema():
    asked = [{"role": "user", "content": "Extract the person from: Anna is 29 years old."}]
    for form in {"type": "json_object"}, {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON, "strict": True}}:
        answer = chat(messages=asked, response_format=form)
        assert json.loads(answer.choices[0].message.content) == {"name": "Anna", "age": 29}, answer


def logprobs():
    answer = chat(messages=GERMANY, logprobs=True, top_logprobs=2)
    content = answer.choices[0].logprobs.content
    assert "".join(token.token for token in content) == BERLIN and len(content[0].top_logprobs) == 2


def several():
    answer = chat(messages=GERMANY, n=3, temperature=1, seed=7)
    again = chat(messages=GERMANY, n=3, temperature=1, seed=7)
    assert [choice.message.content for choice in answer.choices] == [choice.message.content for choice in again.choices]
    assert [choice.index for choice in answer.choices] == [0, 1, 2]


def stop():
    answer = chat(messages=GERMANY, stop=" is")
    assert answer.choices[0].message.content == "The capital of Germany" and answer.choices[0].finish_reason == "stop"
    assert chat(messages=GERMANY, max_tokens=2).choices[0].finish_reason == "length"


def too_long():
    try:
        chat(messages=[{"role": "user", "content": "word " * 9000}])
        raise AssertionError("too long a prompt was taken")
    except openai.BadRequestError as error:
        assert error.code == "context_length_exceeded" and "maximum context length is" in error.message, error


def wrong_key():
    try:
        openai.OpenAI(base_url=url + "/v1", api_key="wrong", max_retries=0).models.list()
        raise AssertionError("a wrong key was taken")
    except openai.AuthenticationError:
        pass


def completions():
    answer = client.completions.create(model="x", prompt="What is the capital", max_tokens=0, echo=True, logprobs=1)
    scores = answer.choices[0].logprobs
    assert "".join(scores.tokens) == "What is the capital" and scores.token_logprobs[0] is None, scores


def responses():
    answer = client.responses.create(model="x", input=GERMANY, temperature=0)
    assert answer.output_text == BERLIN, answer
    events = list(client.responses.create(model="x", input=GERMANY, temperature=0, stream=True))
    assert events[0].type == "response.created" and events[-1].type == "response.completed"
    assert events[-1].response.output_text == BERLIN


def messages():
    answer = claude.messages.create(model="claude", max_tokens=50, extra_body=GREEDY, messages=GERMANY)
    assert answer.content[0].text == BERLIN and answer.stop_reason == "end_turn", answer
    with claude.messages.stream(model="claude", max_tokens=50, extra_body=GREEDY, messages=GERMANY) as stream:
        assert "".join(stream.text_stream) == BERLIN
    tool = {"name": "get_weather", "description": "Get the weather of a city", "input_schema": CITY}
    with claude.messages.stream(model="claude", max_tokens=99, extra_body=GREEDY, messages=MUNICH, tools=[tool]) as stream:
        use = stream.get_final_message().content[-1]
    assert use.type == "tool_use" and use.input == {"city": "Munich"}, use
    assert claude.messages.count_tokens(model="claude", messages=GERMANY).input_tokens > 0


for check in (plain, streamed, reasoning, tools, tool_choice, schema, logprobs, several, stop, too_long, wrong_key,
              completions, responses, messages):
    check()
    print("python:", check.__name__)
