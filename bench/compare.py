"""Runs Deltaport and its anchors (llama.cpp, transformers) on one checkpoint, interleaved, and prints ratios.

    python3 bench/compare.py [--rounds 5] [--rows bf16,f32,...] [--write]

Each round runs ours and every anchor of a row one after the other; what is reported is the median of the rounds' ratios,
since the machine's speed drifts. Models and anchors are made once, in the user's cache directory (about 20 GB).
--write renews the tables of docs/performance.md and its plot.
"""

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "deltaport" / "bench"
CHECKPOINT = CACHE / "checkpoint"

# row -> (our precision, our compute mode, anchors)
ROWS = {
    "bf16": ("bf16", "fast", ["llama.cpp BF16", "transformers bf16"]),
    "f32 exact": ("f32", "exact", ["transformers f32"]),
    "exact over bf16": ("bf16", "exact", ["llama.cpp BF16", "transformers f32"]),
    "int8": ("int8", "fast", ["llama.cpp Q8_0"]),
    "int4": ("int4", "fast", ["llama.cpp Q4_K_M"]),
}


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-3000:]}exit code {done.returncode}")
    return done.stdout


def python(*command):
    return run(ROOT / "fixtures" / "python", *command)


class Models:
    """The files each runner loads, made when first asked for."""

    def __init__(self):
        self._llama = None

    def checkpoint(self):
        if not (CHECKPOINT / "config.json").exists():
            print("making the checkpoint ...", file=sys.stderr)
            python(ROOT / "bench" / "make_checkpoint.py", CHECKPOINT)
        return CHECKPOINT

    def ours(self, precision):
        model = CACHE / f"deltaport-{precision}"
        if not model.exists():
            print(f"converting to {precision} ...", file=sys.stderr)
            keep = [] if precision == "bf16" else ["--precision", precision]
            run(ROOT / "deltaport", "convert", self.checkpoint(), model, *keep)
        return model

    def llama(self):
        if self._llama is None:
            print("building llama.cpp, the first time ...", file=sys.stderr)
            self._llama = Path(run(ROOT / "bench" / "anchors.sh").strip())
        return self._llama

    def gguf(self, kind):
        model = CACHE / f"llama-{kind}.gguf"
        if model.exists():
            return model
        print(f"making {model.name} ...", file=sys.stderr)
        if kind == "BF16":
            env = dict(os.environ, PYTHONPATH=str(self.llama() / "python"))
            run(ROOT / "fixtures" / "python", ROOT / "bench" / "to_gguf.py", self.llama() / "source", self.checkpoint(),
                "--no-mtp", "--outtype", "bf16", "--outfile", model, env=env)
        else:
            run(self.llama() / "build" / "bin" / "llama-quantize", self.gguf("BF16"), model, kind, "2")
        return model


def bench_ours(models, precision, compute, args):
    out = run(ROOT / "deltaport", "bench", models.ours(precision), "--json", "--compute", compute, "--memory", "resident",
              "--threads", args.threads, "--prefill", commas(args.prefill), "--decode", commas(args.decode))
    return json.loads(out)


def bench_anchor(models, anchor, args):
    runner, kind = anchor.split()
    if runner == "transformers":
        return json.loads(python(ROOT / "bench" / "torch_bench.py", models.checkpoint(), "--dtype", kind, "--threads",
                                 args.threads, "--prefill", *args.prefill, "--decode", *args.decode))
    binary, model = models.llama() / "build" / "bin" / "llama-bench", models.gguf(kind)
    common = [binary, "-m", model, "-t", args.threads, "-r", 1, "-o", "json"]
    prefill = json.loads(run(*common, "-n", 0, "-p", commas(args.prefill)))
    decode = json.loads(run(*common, "-p", 0, "-n", 32, "-d", commas(args.decode)))
    return {"prefill": {r["n_prompt"]: r["avg_ts"] for r in prefill}, "decode": {r["n_depth"]: r["avg_ts"] for r in decode}}


def commas(numbers):
    return ",".join(map(str, numbers))


def rates(result):
    """{'prefill 512': tokens/s, ...} of one bench object."""
    return {f"{kind} {n}": rate for kind in ("prefill", "decode") for n, rate in result[kind].items()}


def compare(models, row, args):
    precision, compute, anchors = ROWS[row]
    rounds = []
    for number in range(args.rounds):
        print(f"{row}: round {number + 1} of {args.rounds}", file=sys.stderr)
        ours = bench_ours(models, precision, compute, args)
        rounds.append((ours, {a: bench_anchor(models, a, args) for a in anchors}))
    return rounds


def median(values):
    return statistics.median(values)


def table(row, rounds):
    """Markdown rows: one a figure, ours and each anchor with the median of the ratios."""
    anchors = list(rounds[0][1])
    lines = []
    for figure in rates(rounds[0][0]):
        cells = [row, figure, f"{median(rates(o)[figure] for o, _ in rounds):.1f}"]
        for anchor in anchors:
            ratios = [rates(o)[figure] / rates(a[anchor])[figure] for o, a in rounds]
            rate = median(rates(a[anchor])[figure] for _, a in rounds)
            cells.append(f"{anchor} {rate:.1f}: **{median(ratios):.2f} x** ({min(ratios):.2f} to {max(ratios):.2f})")
        cells.append(share(figure, rounds))
        lines.append("| " + " | ".join(cells[:3]) + " | " + "<br>".join(cells[3:-1]) + " | " + cells[-1] + " |")
    return lines


def share(figure, rounds):
    """Share of the limit that the same run measured: read bandwidth for decode, arithmetic for prefill."""
    kind, n = figure.split()
    shares = [o[kind + "_share"][n] for o, _ in rounds if o.get(kind + "_share", {}).get(n) is not None]
    return f"{100 * median(shares):.0f} %" if shares else ""


def plot(results):
    """An SVG of rate against length: one line a row of ours, decode and prefill."""
    series = []
    for row, rounds in results.items():
        for kind in ("prefill", "decode"):
            points = [(int(n), median(o[kind][n] for o, _ in rounds)) for n in rounds[0][0][kind]]
            series.append((f"{row}, {kind}", sorted(points)))
    xs = [x for _, p in series for x, _ in p]
    ys = [y for _, p in series for _, y in p]
    def scale(v, lo, hi, a, b):
        return a + (b - a) * (math.log(v) - math.log(lo)) / max(1e-9, math.log(hi) - math.log(lo))
    colors = ["#1b6ca8", "#c8553d", "#588157", "#8e5572", "#e09f3e", "#335c67", "#9e2a2b", "#540b0e", "#606c38", "#283618"]
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="760" height="420" font-family="sans-serif" font-size="12">',
           '<rect width="760" height="420" fill="white"/>']
    at = lambda x, y: (scale(x, min(xs), max(xs), 60, 520), scale(y, min(ys), max(ys), 380, 30))  # noqa: E731
    for x in sorted(set(xs)):
        out.append(f'<text x="{at(x, min(ys))[0]:.0f}" y="400" text-anchor="middle">{x}</text>')
    for y in sorted({10 ** e * m for e in range(0, 5) for m in (1, 2, 5)}):
        if min(ys) <= y <= max(ys):
            out.append(f'<line x1="60" x2="520" y1="{at(min(xs), y)[1]:.0f}" y2="{at(min(xs), y)[1]:.0f}" stroke="#ddd"/>'
                       f'<text x="54" y="{at(min(xs), y)[1] + 4:.0f}" text-anchor="end">{y}</text>')
    for i, (name, points) in enumerate(series):
        path = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colors[i % len(colors)]}" stroke-width="2"/>')
        out += ['<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>'.format(*at(x, y), colors[i % len(colors)]) for x, y in points]
        out.append(f'<text x="540" y="{40 + 18 * i}" fill="{colors[i % len(colors)]}">{name}</text>')
    out.append('<text x="290" y="416" text-anchor="middle">tokens</text><text x="14" y="200" transform="rotate(-90 14 200)">tokens/s</text></svg>')
    return "\n".join(out) + "\n"


def write(lines, results, args):
    page = ROOT / "docs" / "performance.md"
    command = f"python3 bench/compare.py --rounds {args.rounds} --rows '{','.join(results)}' --prefill {commas(args.prefill)} --decode {commas(args.decode)} --write"
    block = "\n".join(["<!-- measured -->", f"Made by `{command}`, {args.threads} threads, memory resident.", "", *lines, "<!-- /measured -->"])
    text = page.read_text()
    page.write_text(re.sub(r"<!-- measured -->.*<!-- /measured -->", lambda _: block, text, flags=re.S))
    (ROOT / "docs" / "performance.svg").write_text(plot(results))


def main():
    numbers = lambda text: [int(n) for n in text.split(",")]  # noqa: E731
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default="bf16,f32 exact,exact over bf16", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prefill", type=numbers, default=[512, 2048])
    parser.add_argument("--decode", type=numbers, default=[128, 2048])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()

    CACHE.mkdir(parents=True, exist_ok=True)
    models, results = Models(), {}
    lines = ["| row | figure | tokens/s | anchor tokens/s: ratio (range) | share of the limit |", "|---|---|---|---|---|"]
    for row in args.rows.split(","):
        results[row] = compare(models, row, args)
        lines += table(row, results[row])
    print("\n".join(lines))
    if args.write:
        write(lines, results, args)


if __name__ == "__main__":
    main()
