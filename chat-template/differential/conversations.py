"""Conversations that chat templates meet, good ones and bad ones."""

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a place, \"now\" <or> later & more.\nSecond line.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city"},
                "days": {"type": ["integer", "null"], "minimum": 1, "default": None},
                "units": {"type": "string", "enum": ["celsius", "fahrenheit"], "description": "Units"},
                "where": {
                    "type": "object",
                    "properties": {"lat": {"type": "number"}, "tags": {"type": "array", "items": {"type": "string"}}},
                    "required": ["lat"],
                },
                "either": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            },
            "required": ["city"],
        },
        "return": {"type": "object", "description": "A report"},
    },
}
CLOCK = {"type": "function", "function": {"name": "clock", "description": "", "parameters": {"type": "object", "properties": {}}}}
BARE = {"name": "bare", "description": "No wrapper", "parameters": {"type": "object", "properties": {"é": {"type": "boolean"}}}}
TOOLS = [WEATHER, CLOCK]

U = {"role": "user", "content": "Hello there"}
A = {"role": "assistant", "content": "Hi! How can I help?"}
S = {"role": "system", "content": "You are helpful.\n"}


def call(name, arguments, **more):
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **more}


def calls(*several, content="", **more):
    return {"role": "assistant", "content": content, "tool_calls": list(several), **more}


ODD = "  \tsp \u00a0\u2028 <|im_end|> {{ 7*7 }} {% if %} '\"\\ \U0001f600\u00e9\u6f22 \r\n\n \ud7ff\x7f<b>&amp; "

# name: (messages, tools, variables)
CASES = {
    "one turn": ([U], None, {}),
    "system first": ([S, U], None, {}),
    "three turns": ([S, U, A, {"role": "user", "content": "Bye"}], None, {}),
    "ends with the assistant": ([U, A], None, {}),
    "system not first": ([U, S, A, U], None, {}),
    "system last": ([U, A, S], None, {}),
    "two systems": ([S, S, U], None, {}),
    "two users in a row": ([U, U, A], None, {}),
    "two assistants in a row": ([U, A, A, U], None, {}),
    "assistant first": ([A, U], None, {}),
    "unknown role": ([U, {"role": "critic", "content": "no"}, U], None, {}),
    "developer": ([{"role": "developer", "content": "Be brief."}, U], None, {}),
    "no role": ([{"content": "who am I"}], None, {}),
    "role is no text": ([{"role": 5, "content": "x"}], None, {}),
    "empty content": ([{"role": "user", "content": ""}, {"role": "assistant", "content": ""}, U], None, {}),
    "null content": ([U, {"role": "assistant", "content": None}, U], None, {}),
    "no content": ([U, {"role": "assistant"}, U], None, {}),
    "number as content": ([{"role": "user", "content": 12.5}], None, {}),
    "object as content": ([{"role": "user", "content": {"a": [1, None, True]}}], None, {}),
    "odd text": ([{"role": "system", "content": ODD}, {"role": "user", "content": ODD}, {"role": "assistant", "content": ODD}, U], None, {}),
    "only spaces": ([{"role": "user", "content": " \n "}, {"role": "assistant", "content": "\n\n"}, U], None, {}),
    "text parts": ([{"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": " two"}]}, A, U], None, {}),
    "parts of the system and the assistant": (
        [{"role": "system", "content": [{"type": "text", "text": "sys"}]}, U,
         {"role": "assistant", "content": [{"type": "text", "text": "ans"}]}, U], None, {}),
    "image and video parts": (
        [{"role": "user", "content": [{"type": "image"}, {"type": "image_url", "image_url": {"url": "x"}}, {"type": "video", "video": "v"},
                                      {"type": "text", "text": "see"}]}], None, {"add_vision_id": True}),
    "audio part": ([{"role": "user", "content": [{"type": "audio", "audio": "a"}, {"type": "text", "text": "hear"}]}], None, {}),
    "unknown part": ([{"role": "user", "content": [{"type": "smell", "smell": "s"}]}], None, {}),
    "strings as parts": ([{"role": "user", "content": ["a", "b"]}], None, {}),
    "empty parts": ([{"role": "user", "content": []}], None, {}),
    "tools": ([S, U], TOOLS, {}),
    "tools without system": ([U], TOOLS, {}),
    "no tools": ([U], [], {}),
    "a bare tool": ([U], [BARE], {}),
    "tools and system in parts": ([{"role": "system", "content": [{"type": "text", "text": "sys"}]}, U], TOOLS, {}),
    "tool call": ([U, calls(call("get_weather", {"city": "Köln", "days": 3, "deep": {"a": [1, None, 1.5, True, "x"]}}))], TOOLS, {}),
    "tool call and result": (
        [S, U, calls(call("get_weather", {"city": "Rome"}, id="call_1")),
         {"role": "tool", "tool_call_id": "call_1", "name": "get_weather", "content": "{\"t\": 21}"}], TOOLS, {}),
    "string arguments": (
        [U, calls(call("get_weather", "{\"city\": \"Oslo\"}", id="abcdefghi")),
         {"role": "tool", "tool_call_id": "abcdefghi", "content": "cold"}, {"role": "assistant", "content": "It is cold."}], TOOLS, {}),
    "broken string arguments": ([U, calls(call("get_weather", "{\"city\": "))], TOOLS, {}),
    "arguments are a list": ([U, calls(call("f", [1, "a"]))], TOOLS, {}),
    "null arguments": ([U, calls(call("clock", None))], TOOLS, {}),
    "empty arguments": ([U, calls(call("clock", {}))], TOOLS, {}),
    "two calls, two results": (
        [U, calls(call("clock", {}, id="c1"), call("get_weather", {"city": "A", "units": "celsius"}, id="c2"), content="Let me see."),
         {"role": "tool", "tool_call_id": "c1", "name": "clock", "content": "noon"},
         {"role": "tool", "tool_call_id": "c2", "name": "get_weather", "content": "21"}, U], TOOLS, {}),
    "call without function": ([U, {"role": "assistant", "content": "x", "tool_calls": [{"name": "clock", "arguments": {"a": 1}}]}], TOOLS, {}),
    "call with null content": ([U, calls(call("clock", {}), content=None), {"role": "tool", "content": "noon"}, A], TOOLS, {}),
    "empty calls": ([U, {"role": "assistant", "content": "x", "tool_calls": []}, U], TOOLS, {}),
    "null calls": ([U, {"role": "assistant", "content": "x", "tool_calls": None}, U], TOOLS, {}),
    "result in parts": ([U, calls(call("clock", {})), {"role": "tool", "content": [{"type": "text", "text": "noon"}]}], TOOLS, {}),
    "result is an object": ([U, calls(call("clock", {})), {"role": "tool", "name": "clock", "content": {"h": 12, "é": None}}], TOOLS, {}),
    "result without call": ([U, {"role": "tool", "content": "noon"}], TOOLS, {}),
    "result first": ([{"role": "tool", "content": "noon"}, U], None, {}),
    "results in the user's role": ([U, calls(call("clock", {})), {"role": "user", "content": "<tool_response>\nnoon\n</tool_response>"}], TOOLS, {}),
    "numbers in arguments": ([U, calls(call("f", {"a": 1e20, "b": 1e-7, "c": 12345678901234567890, "d": -0.0, "e": 0.1, "f": "1"}))], TOOLS, {}),
    "thinking in the text": ([U, {"role": "assistant", "content": "<think>\nhm\n\n</think>\n\nYes."}, U], None, {}),
    "thinking not closed": ([U, {"role": "assistant", "content": "<think>\nhm"}, U], None, {}),
    "two thinking blocks": ([U, {"role": "assistant", "content": "<think>a</think>b<think>c</think>d"}, U], None, {}),
    "reasoning_content": ([U, {"role": "assistant", "content": "Yes.", "reasoning_content": "hm\n"}, U], None, {}),
    "reasoning": ([U, {"role": "assistant", "content": "Yes.", "reasoning": "hm"}], None, {}),
    "thinking": ([U, {"role": "assistant", "content": "Yes.", "thinking": "\nhm\n"}], None, {"preserve_thinking": True}),
    "null reasoning": ([U, {"role": "assistant", "content": "Yes.", "reasoning_content": None, "thinking": "t"}], None, {}),
    "reasoning and calls": (
        [U, calls(call("clock", {}), reasoning_content="I need the time."), {"role": "tool", "name": "clock", "content": "noon"},
         {"role": "assistant", "content": "Noon.", "reasoning_content": "Easy."}, U], TOOLS, {}),
    "thinking off": ([U], None, {"enable_thinking": False}),
    "thinking on": ([U, A, U], TOOLS, {"enable_thinking": True, "thinking": True, "clear_thinking": False}),
    "efforts": ([{"role": "developer", "content": "dev"}, U], TOOLS, {"reasoning_effort": "high", "model_identity": "You are M.", "builtin_tools": ["browser", "python"]}),
    "builtin tools": ([S, U], TOOLS, {"builtin_tools": ["code_interpreter", "brave_search"], "tools_in_user_message": False}),
    "a date of its own": ([S, U], TOOLS, {"date_string": "26 Jul 2024", "strftime_now": None}),
    "documents": ([S, U], None, {"documents": [{"title": "T", "text": "body"}]}),
    "channels": ([U, {"role": "assistant", "content": "<|channel|>final<|message|>x", "thinking": "t"}, U], TOOLS, {}),
    "extra keys": ([{"role": "user", "content": "x", "name": "bob", "weight": 1, "train": True}, {**A, "weight": 0}, U], None, {}),
    "message is no object": (["hello"], None, {}),
    "no messages": ([], None, {}),
    "many turns": ([S, *[{**(U, A)[i % 2], "content": f"turn {i}\n" * (i % 5)} for i in range(60)]], TOOLS, {}),
}
