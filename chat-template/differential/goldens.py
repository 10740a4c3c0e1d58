"""The goldens of the Java tests: templates of the project over all conversations, and a sample of the random templates."""

import json
import random
import sys

from transformers import AutoTokenizer
from transformers.utils.chat_template_utils import _compile_jinja_template

import clock
import grammar
from conversations import CASES
from engine import HERE, python_outcome
from trl import FIXTURE, request_outcome

RESOURCES = HERE.parent / "src" / "test" / "resources" / "io" / "deltaport" / "template"
TEMPLATES = ("instruct", "thinking", "coder")
RANDOM = 400
LONGEST = 500


def write(name, cases):
    with open(RESOURCES / name, "w", encoding="utf-8") as out:
        for case in cases:
            out.write(json.dumps(case) + "\n")


def conversations():
    """A conversation a line: the request without prompt, and by template the outcomes without and with prompt."""
    tokenizer = AutoTokenizer.from_pretrained(FIXTURE)
    for label, (messages, tools, variables) in CASES.items():
        if label == "many turns":
            continue
        outcomes = {}
        for name in TEMPLATES:
            template = (RESOURCES / "templates" / f"{name}.jinja").read_text(encoding="utf-8")
            outcomes[name] = []
            for prompt in (False, True):
                arguments = {"add_generation_prompt": prompt, **variables}
                request, outcome = request_outcome(tokenizer, template, messages, tools, arguments)
                outcomes[name].append(outcome)
        del request["chat_template_kwargs"]["add_generation_prompt"]
        yield {"case": label, "request": request, "outcomes": outcomes}


def random_templates():
    number = found = 0
    while found < RANDOM:
        r = random.Random(f"golden:{number}")
        number += 1
        variables = grammar.variables(r)
        template = grammar.Grammar(r).template()
        outcome = python_outcome(lambda: _compile_jinja_template(template).render(**variables))
        if len(template) <= LONGEST and ("text" in outcome or found % 3 == 0):
            found += 1
            yield {"template": template, "variables": {k: v for k, v in variables.items() if k in template}, **outcome}


def main():
    clock.stop()
    write("conversations.jsonl", conversations())
    write("random.jsonl", random_templates())


if __name__ == "__main__":
    sys.exit(main())
