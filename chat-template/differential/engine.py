"""The Java engine as a process, and the comparison of its outcomes with Python's."""

import collections
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ADDRESS = re.compile("0x[0-9a-f]+", re.IGNORECASE)
# Names of Python's exceptions that the Java engine calls otherwise.
ALIASES = {"SyntaxError": "TemplateSyntaxError", "RuntimeError": "TemplateRuntimeError"}


class Engine:
    """One JVM for a whole run: `outcome(case)` sends a case and waits for what comes back."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [HERE / "jvm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def outcome(self, case):
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the JVM ended")
        return json.loads(line)


def python_outcome(render):
    """What Python gives, in the form that the Java engine answers in."""
    try:
        return {"text": render()}
    except Exception as error:  # noqa: BLE001: any exception is an outcome
        name = type(error).__name__
        return {"error": ALIASES.get(name, name), "message": str(error)}


class Comparison:
    """Counts cases and shows the first differences."""

    def __init__(self, show):
        self.show = show
        self.counts = collections.Counter()

    def add(self, label, case, python, java):
        kind = "errors" if "error" in python else "texts"
        self.counts[kind] += 1
        if self.key(python) == self.key(java):
            return
        self.counts["differences"] += 1
        if self.counts["differences"] <= self.show:
            print(f"different: {label}\n  case:   {json.dumps(case)}\n  python: {python}\n  java:   {java}")

    @staticmethod
    def key(outcome):
        """The text, but for memory addresses, or the type of the error."""
        if "error" in outcome:
            return ("error", outcome["error"])
        return ("text", ADDRESS.sub("ADDRESS", outcome["text"]))

    def finish(self, what):
        counts = self.counts
        print(f"{what}: {counts['texts']} texts, {counts['errors']} errors, {counts['differences']} differences")
        return 1 if counts["differences"] else 0
