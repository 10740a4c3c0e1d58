"""Random templates with random variables: Java and Python's jinja2, as transformers sets it up, must agree."""

import argparse
import random
import sys

from transformers.utils.chat_template_utils import _compile_jinja_template

import clock
import grammar
from engine import Comparison, Engine, python_outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="how many (default 5000)")
    parser.add_argument("--seed", type=int, default=1, help="what the cases are made from (default 1)")
    parser.add_argument("--first", type=int, default=0, help="number of the first case (default 0)")
    parser.add_argument("--show", type=int, default=5, help="differences to print (default 5)")
    options = parser.parse_args()
    clock.stop()
    comparison = Comparison(options.show)
    with Engine() as engine:
        for number in range(options.first, options.first + options.cases):
            r = random.Random(f"{options.seed}:{number}")
            variables = grammar.variables(r)
            template = grammar.Grammar(r).template()
            python = python_outcome(lambda: _compile_jinja_template(template).render(**variables))
            case = {"template": template, "variables": variables}
            comparison.add(f"seed {options.seed}, case {number}", case, python, engine.outcome(case))
    return comparison.finish("fuzz")


if __name__ == "__main__":
    sys.exit(main())
