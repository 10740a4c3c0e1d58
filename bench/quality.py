#!/usr/bin/env python3
"""Measures what quantising costs on kjv-tiny's held-out text and writes docs/quality.md.

Converts fixtures/kjv-tiny to every precision, and runs `deltaport perplexity --compute fast --against` the float32
model for each. Needs nothing but Python and the repository:

    bench/quality.py [--out docs/quality.md] [--work DIRECTORY]
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "fixtures" / "kjv-tiny"
TEXT = MODEL / "heldout.txt"
CALIBRATION = ROOT / "bench" / "calibration.txt"

# Name, precision, calibrated, most mean KL, most bits a weight.
ROWS = [
    ("int8", "int8", False, 7.2e-4, 8.64),
    ("mixed", "mixed", False, 4.5e-3, 5.8),
    ("mixed, calibrated", "mixed", True, 3.1e-3, 5.8),
    ("int4", "int4", False, 1.47e-2, 4.83),
    ("int4, calibrated", "int4", True, 1.2e-2, 4.83),
]

# As measured with llama.cpp on the same text: bits, perplexity, mean KL, share of equal best tokens.
LLAMA = [
    ("llama.cpp Q8_0", 8.64, 30.4147, 7.4e-4, 0.9845),
    ("llama.cpp Q4_K_M (79 tensors fall back)", 6.24, 30.4769, 5.1e-3, 0.9559),
    ("llama.cpp Q5_0", 5.83, 30.4673, 6.2e-3, 0.9494),
    ("llama.cpp Q4_1", 5.36, 30.5512, 1.7e-2, 0.9213),
    ("llama.cpp IQ4_NL", 4.93, 30.6027, 1.4e-2, 0.9285),
    ("llama.cpp Q4_0", 4.89, 30.8369, 2.1e-2, 0.9125),
]

HEAD = """# Quality of quantised models

Made by `bench/quality.py`. kjv-tiny on its held-out text (17,111 scored tokens in windows of 512), in fast mode,
against the float32 model in exact mode. Bits a weight are all weight bytes, scales included, over all parameters of
the graph. Calibrated models are rounded over `bench/calibration.txt`, 34 chapters of the King James Bible (every
34th from the 13th on, Revelation, the held-out book, left out; public domain). llama.cpp's rows are numbers stated
for the same model, text and windows; they are not measured by the script.

| model | bits a weight | perplexity | mean KL, nats | KL 99.9 % | same best token | bound (KL at bits) | |
|---|---|---|---|---|---|---|---|
"""

KV_HEAD = """
## int8 KV cache
The same measure with `--kv int8` beside fast mode's usual bf16 cache.

| model | perplexity | mean KL, nats | same best token |
|---|---|---|---|
"""

RECIPES = """
**Recipes.** int8: every matrix in blocks of 32, the scale from the block's largest value. int4: 16 values of a
codebook, blocks of 64 whose float16 scale of either sign is searched for least squared error; embedding and head in
int8. mixed: routed experts in int4 in blocks of 32, other matrices in int8 in blocks of 64. In all of them router,
`in_proj_ba` and the shared expert's gate stay as they are. Inputs of `in_proj_ba` and, where it is not int4, of the
linear layers' `out_proj` are rounded in no mode. Calibrated: each int4 matrix is rounded column by column,
and every error is made up for in the columns not yet rounded by the second moments of the matrix's inputs (GPTQ's
recursion); an expert that saw fewer than 128 tokens is rounded without.

"""


def deltaport(*args):
    done = subprocess.run([str(ROOT / "deltaport"), *map(str, args)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def measure(model, kv="auto"):
    return deltaport("perplexity", "--compute", "fast", "--kv", kv, model, TEXT, "--against", MODEL, "--json")


def kv_rows(name, model, bf16):
    """The rows of a model with either KV cache; `bf16` is what was measured with fast mode's usual one."""
    int8 = measure(model, "int8")
    return "".join(
        f"| {name}, {kv} KV | {q['perplexity']:.4f} | {q['kl_mean']:.2e} | {100 * q['top1_agreement']:.2f} % |\n"
        for kv, q in (("bf16", bf16), ("int8", int8)))


def row(name, bits, perplexity, kl, p999, top1, bound, verdict):
    return (
        f"| {name} | {bits:.3f} | {perplexity:.4f} | {kl:.2e} | {p999} | {100 * top1:.2f} % | {bound} | {verdict} |\n"
    )


def ours(name, precision, calibrated, most_kl, most_bits, work):
    model = work / name.replace(", ", "-")
    more = ["--calibrate", CALIBRATION] if calibrated else []
    report = deltaport("convert", MODEL, model, "--precision", precision, "--force", "--json", *more)
    quality = measure(model)
    kl, bits = quality["kl_mean"], quality["bits_per_weight"]
    held = kl <= most_kl and bits <= most_bits
    text = row(
        name, bits, quality["perplexity"], kl, f"{quality['kl_p999']:.2e}", quality["top1_agreement"],
        f"{most_kl:.2e} at {most_bits}", "held" if held else "**missed**")
    return text, [f"{name}: {note}" for note in report["notes"]], [] if held else [name], model, quality


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "quality.md")
    parser.add_argument("--work", type=pathlib.Path, help="where models are made (default: a temporary directory)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        plain = measure(MODEL)
        table = row(
            "as it lies (bfloat16)", plain["bits_per_weight"], plain["perplexity"], plain["kl_mean"],
            f"{plain['kl_p999']:.2e}", plain["top1_agreement"], "", "")
        kv_table = KV_HEAD + kv_rows("as it lies", MODEL, plain)
        notes, missed = [], []
        for entry in ROWS:
            text, more, misses, model, quality = ours(*entry, work)
            table += text
            notes += more
            missed += misses
            if entry[0] == "int8":
                kv_table += kv_rows("int8", model, quality)
    for name, bits, perplexity, kl, top1 in LLAMA:
        table += row(name, bits, perplexity, kl, "", top1, "", "")
    said = "".join(f"- {note}\n" for note in notes)
    verdict = f"Missed: {', '.join(missed)}.\n" if missed else "Every bound is held.\n"
    options.out.write_text(HEAD + table + kv_table + RECIPES + said + "\n" + verdict)
    print(table + kv_table + verdict)


if __name__ == "__main__":
    main()
