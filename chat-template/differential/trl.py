"""Every chat template of the trl wheel on every conversation, with and without generation prompt, against transformers."""

import argparse
import os
import pathlib
import subprocess
import sys
import zipfile

from transformers import AutoTokenizer

import clock
from conversations import CASES
from engine import HERE, Comparison, Engine, python_outcome

VERSION = "1.16.0"
FIXTURE = HERE.parent.parent / "fixtures" / "kjv-tiny"


def templates():
    """The templates by file name; the wheel is fetched once, checked by its hash."""
    root = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "deltaport"
    wheel = root / f"trl-{VERSION}-py3-none-any.whl"
    if not wheel.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "trl.txt", "-d", root], check=True)
    with zipfile.ZipFile(wheel) as files:
        return {
            pathlib.PurePath(name).name: files.read(name).decode()
            for name in files.namelist()
            if name.endswith(".jinja")
        }


def request_outcome(tokenizer, template, messages, tools, arguments):
    """The request as Java reads it, and what transformers makes of it."""
    variables = dict(arguments)
    documents = variables.pop("documents", None)
    outcome = python_outcome(
        lambda: tokenizer.apply_chat_template(
            messages, tools=tools, documents=documents, chat_template=template, tokenize=False, **variables
        )
    )
    # What transformers refuses before the template sees it, Java refuses where it reads the request.
    if outcome.get("message", "").startswith(("Chat messages should be", "Cannot apply chat template to an empty")):
        outcome["error"] = "RequestError"
    request = {"messages": messages, "tools": tools, "documents": documents}
    return {**request, "chat_template_kwargs": {**tokenizer.special_tokens_map, **variables}}, outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=5, help="differences to print (default 5)")
    parser.add_argument("--only", default="", help="only templates whose name contains this")
    options = parser.parse_args()
    clock.stop()
    tokenizer = AutoTokenizer.from_pretrained(FIXTURE)
    found = {name: text for name, text in templates().items() if options.only in name}
    comparison = Comparison(options.show)
    with Engine() as engine:
        for name, template in found.items():
            for label, (messages, tools, variables) in CASES.items():
                for prompt in (False, True):
                    request, python = request_outcome(
                        tokenizer, template, messages, tools, {"add_generation_prompt": prompt, **variables}
                    )
                    java = engine.outcome({"template": template, "request": request})
                    comparison.add(f"{name}, {label}, prompt {prompt}", request, python, java)
    print(f"{len(found)} templates of trl {VERSION}, {len(CASES)} conversations, each with and without prompt")
    return comparison.finish("trl")


if __name__ == "__main__":
    sys.exit(main())
