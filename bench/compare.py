"""Measures Deltaport against its anchors (llama.cpp, transformers), interleaved, and prints ratios.

    python3 bench/compare.py [--model next,dense-2b,moe-35b-a3b] [--rows bf16,int8,...] [--rounds 5] [--alone] [--write]
    python3 bench/compare.py [--model ...] --prepare

A round runs ours of each row and every anchor of them, one after the other. What is reported is the median of the last
rounds' ratios, since the machine's speed drifts. --alone measures what has no anchor: long contexts, many sequences, one
thread.
Models, anchors and all rounds are kept in the user's cache directory (of next about 20 GB, dense-2b 15, moe-35b-a3b 33),
so that rounds can be added later; --rounds 0 measures nothing new, --prepare only makes the files. Rounds are kept by kind
of machine: those of others are never in a median. --write renews the tables of docs/performance.md and its plot.
"""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import plot

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "deltaport" / "bench"
ROUNDS = CACHE / "rounds.jsonl"
THREADS = 2
LENGTHS = {"prefill": [512, 2048], "decode": [128, 2048]}
LONG = {"prefill": [128, 512, 2048, 8192], "decode": [128, 2048, 8192]}
MEDIAN_OF = 5

# row -> (our precision, our compute mode, anchors)
ROWS = {
    "bf16": ("bf16", "fast", ["llama.cpp BF16", "transformers bf16"]),
    "f32 exact": ("f32", "exact", ["transformers f32"]),
    "exact over bf16": ("bf16", "exact", ["llama.cpp BF16", "transformers f32"]),
    "int8": ("int8", "fast", ["llama.cpp Q8_0"]),
    "int4": ("int4", "fast", ["llama.cpp Q4_K_M"]),
}
# Instructions that the kernels of some level use, as /proc/cpuinfo calls them; of x86 and of Arm.
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8", "amx_bf16", "asimddp", "i8mm", "bf16")

# model -> rows; only `next` is measured against transformers, whose rates hardly depend on the family
MODELS = {"next": list(ROWS), "dense-2b": ["bf16", "int8", "int4"], "moe-35b-a3b": ["bf16", "int8", "int4"]}


def anchors_of(model, row):
    return [name for name in ROWS[row][2] if model == "next" or not name.startswith("transformers")]


def machine_kind():
    """What rounds must have in common to be compared: processor, instructions, CPUs and cores, threads."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    fields = {name: re.search(rf"^(?:{name})\s*:\s*(.*)", cpuinfo, re.M) for name in ("model name|CPU part", "flags|Features")}
    model, flags = (found.group(1).strip() if found else "unknown" for found in fields.values())
    features = [name for name in FEATURES if name in flags.split()]
    allowed = os.sched_getaffinity(0)
    lists = [Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") for cpu in allowed]
    cores = len({path.read_text() for path in lists}) if all(path.exists() for path in lists) else "unknown"
    return f"{model} ({' '.join(features)}), CPUs {len(allowed)}, cores {cores}, threads {THREADS}"


def run(*command, **options):
    return run_measured(*command, **options)[0]


def run_measured(*command, **options):
    """Output of a command, seconds it took, and its peak resident bytes."""
    command = [str(c) for c in command]
    start = time.perf_counter()
    with (tempfile.TemporaryFile("w+") as errors,
          subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, **options) as child):
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            sys.exit(f"{' '.join(command)}\n{errors.read()[-3000:]}exit code {child.returncode}")
    return out, time.perf_counter() - start, usage.ru_maxrss * 1024


def python(*command):
    return run(ROOT / "fixtures" / "python", *command)


def commas(numbers):
    return ",".join(map(str, numbers))


class Models:
    """The files of one model that each runner loads, made when first asked for."""

    def __init__(self, name):
        self.name = name
        self._folder = CACHE / name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._llama = None

    def checkpoint(self):
        checkpoint = self._folder / "checkpoint"
        if not (checkpoint / "config.json").exists():
            print(f"making the checkpoint {self.name} ...", file=sys.stderr)
            python(ROOT / "bench" / "make_checkpoint.py", self.name, checkpoint)
        return checkpoint

    def ours(self, precision):
        model = self._folder / f"deltaport-{precision}"
        if not model.exists():
            print(f"converting to {precision} ...", file=sys.stderr)
            keep = [] if precision == "bf16" else ["--precision", precision]
            run(ROOT / "deltaport", "convert", self.checkpoint(), model, *keep)
        return model

    def llama(self):
        if self._llama is None:
            print("llama.cpp (built the first time) ...", file=sys.stderr)
            self._llama = Path(run(ROOT / "bench" / "anchors.sh").strip())
        return self._llama

    def gguf(self, kind):
        model = self._folder / f"llama-{kind}.gguf"
        if model.exists():
            return model
        part = model.with_suffix(".part")
        print(f"making {model.name} ...", file=sys.stderr)
        if kind == "BF16":
            env = dict(os.environ, PYTHONPATH=str(self.llama() / "python"))
            run(ROOT / "fixtures" / "python", ROOT / "bench" / "to_gguf.py", self.llama() / "source", self.checkpoint(),
                "--no-mtp", "--outtype", "bf16", "--outfile", part, env=env)
        else:
            run(self.llama() / "build" / "bin" / "llama-quantize", self.gguf("BF16"), part, kind, "2")
        part.rename(model)
        return model


def bench_ours(models, precision, compute, lengths, *more):
    out = run(ROOT / "deltaport", "bench", models.ours(precision), "--json", "--compute", compute, "--memory", "resident",
              "--prefill", commas(lengths["prefill"]), "--decode", commas(lengths["decode"]),
              *(more or ["--threads", THREADS]))
    return json.loads(out)


def bench_anchor(models, anchor):
    runner, kind = anchor.split()
    if runner == "transformers":
        return json.loads(python(ROOT / "bench" / "torch_bench.py", models.checkpoint(), "--dtype", kind, "--threads",
                                 THREADS, "--prefill", *LENGTHS["prefill"], "--decode", *LENGTHS["decode"]))
    common = [models.llama() / "build" / "bin" / "llama-bench", "-m", models.gguf(kind), "-t", THREADS, "-r", 1, "-o", "json"]
    _, load_s, _ = run_measured(*common, "--no-warmup", "-n", 0, "-p", 1)
    prefill, _, _ = run_measured(*common, "-n", 0, "-p", commas(LENGTHS["prefill"]))
    decode, _, peak = run_measured(*common, "-p", 0, "-n", 32, "-d", commas(LENGTHS["decode"]))
    return {"load_s": load_s, "peak_rss_bytes": peak,
            "prefill": {str(r["n_prompt"]): r["avg_ts"] for r in json.loads(prefill)},
            "decode": {str(r["n_depth"]): r["avg_ts"] for r in json.loads(decode)}}


def measure(models, rows):
    """One round: {row: {"ours": result, "anchors": {anchor: result}}}; an anchor that two rows share runs once."""
    anchors, round_ = {}, {}
    for row in rows:
        precision, compute, _ = ROWS[row]
        names = anchors_of(models.name, row)
        ours = bench_ours(models, precision, compute, LENGTHS)
        for name in names:
            if name not in anchors:
                anchors[name] = bench_anchor(models, name)
        round_[row] = {"ours": ours, "anchors": {name: anchors[name] for name in names}}
    return round_


def measure_alone(models, row):
    precision, compute, _ = ROWS[row]
    short = {"prefill": [512], "decode": [128]}
    return {"long": bench_ours(models, precision, compute, LONG),
            "one thread": bench_ours(models, precision, compute, short, "--threads", 1),
            "seqs": {str(n): bench_ours(models, precision, compute, short, "--threads", THREADS, "--seqs", n)
                     for n in (1, 4, 16)}}


def prepare(models, rows):
    """Makes every file that the rows need."""
    for row in rows:
        models.ours(ROWS[row][0])
        for runner, kind in (name.split() for name in anchors_of(models.name, row)):
            if runner == "llama.cpp":
                models.gguf(kind)


def record(kind, model, row, result):
    commit = run("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
    with open(ROUNDS, "a") as file:
        file.write(json.dumps({"kind": kind, "machine": machine_kind(), "model": model, "row": row, "commit": commit, "at": time.time(), **result}) + "\n")


def recorded(kind, model, row):
    """The last rounds of a row on this kind of machine, oldest first; rounds that name no machine are of none."""
    if not ROUNDS.exists():
        return []
    lines = [json.loads(line) for line in ROUNDS.read_text().splitlines()]
    wanted = {"kind": kind, "machine": machine_kind(), "model": model, "row": row}
    return [r for r in lines if wanted.items() <= r.items()][-MEDIAN_OF:]


def median(values):
    return statistics.median(list(values))


def rates(result):
    """{'prefill 512': tokens/s, ...} of one bench object."""
    return {f"{kind} {n}": rate for kind in ("prefill", "decode") for n, rate in result[kind].items()}


def share(figure, rounds):
    """Share of the limit that the same run measured: read bandwidth for decode, arithmetic for prefill."""
    kind, n = figure.split()
    shares = [r["ours"][kind + "_share"][n] for r in rounds]
    return f"{100 * median(shares):.0f} % ({100 * min(shares):.0f} to {100 * max(shares):.0f})"


def anchor_cell(anchor, figure, rounds):
    theirs = [rates(r["anchors"][anchor])[figure] for r in rounds]
    ratios = [rates(r["ours"])[figure] / rate for r, rate in zip(rounds, theirs)]
    return f"{anchor} {median(theirs):.1f}: **{median(ratios):.2f} x** ({min(ratios):.2f} to {max(ratios):.2f})"


def ratio_table(rows):
    lines = ["| row | figure | tokens/s | anchor, tokens/s: median of the ratios (range) | share of the limit | rounds |",
             "|---|---|---|---|---|---|"]
    for row, rounds in rows.items():
        for figure in rates(rounds[0]["ours"]):
            cells = "<br>".join(anchor_cell(anchor, figure, rounds) for anchor in rounds[0]["anchors"])
            ours = median(rates(r["ours"])[figure] for r in rounds)
            lines.append(f"| {row} | {figure} | {ours:.1f} | {cells} | {share(figure, rounds)} | {len(rounds)} |")
    return lines


def memory_table(rows):
    lines = ["| row | load, s | peak memory, GB | bytes a token, MB |", "|---|---|---|---|"]
    for row, rounds in rows.items():
        runners = {"ours": [r["ours"] for r in rounds]}
        runners.update({a: [r["anchors"][a] for r in rounds] for a in rounds[0]["anchors"]})
        load = "<br>".join(f"{n} {median(r['load_s'] for r in rs):.1f}" for n, rs in runners.items())
        peak = "<br>".join(f"{n} {median(r['peak_rss_bytes'] for r in rs) / 1e9:.2f}" for n, rs in runners.items()
                           if "peak_rss_bytes" in rs[0])
        lines.append(f"| {row} | {load} | {peak} | {rounds[-1]['ours']['bytes_per_token'] / 1e6:.0f} |")
    return lines


def alone_table(rows):
    lines = ["| row | figure | value |", "|---|---|---|"]
    for row, rounds in rows.items():
        def cell(figure, value, rounds=rounds, row=row):
            values = [value(r) for r in rounds]
            lines.append(f"| {row} | {figure} | {median(values):.2f} ({min(values):.2f} to {max(values):.2f}) |")
        cell("decode after 8,192 / after 128", lambda r: r["long"]["decode"]["8192"] / r["long"]["decode"]["128"])
        cell("prefill of 8,192 / of 512", lambda r: r["long"]["prefill"]["8192"] / r["long"]["prefill"]["512"])
        for n in ("4", "16"):
            cell(f"decode of {n} sequences / of 1", lambda r, n=n: r["seqs"][n]["decode"]["128"] / r["seqs"]["1"]["decode"]["128"])
        if all("draft4_step" in r["seqs"]["1"] for r in rounds):  # rounds of older builds lack it
            cell("a step that verifies a draft of 4: time / bytes, both over a step of 1",
                 lambda r: r["seqs"]["1"]["draft4_step"]["time_ratio"] / r["seqs"]["1"]["draft4_step"]["bytes_ratio"])
        cell("prefill of 512, 2 threads / 1", lambda r: r["seqs"]["1"]["prefill"]["512"] / r["one thread"]["prefill"]["512"])
        cell("decode after 128, 2 threads / 1", lambda r: r["seqs"]["1"]["decode"]["128"] / r["one thread"]["decode"]["128"])
    return lines


def series(rows):
    """(name, [(length, tokens/s)]) of each line of the plot."""
    for row, rounds in rows.items():
        for kind in ("prefill", "decode"):
            points = {int(n): median(r["long"][kind][n] for r in rounds) for n in rounds[0]["long"][kind]}
            yield f"{row}, {kind}", sorted(points.items())


def machine(rounds):
    limits = [r["ours"]["limits"] for r in rounds]
    reads = [x["read_bytes_s"] / 1e9 for x in limits]
    flops = ", ".join(f"{kind} {median(x['flop_s'][kind] for x in limits) / 1e9:.0f}" for kind in limits[0]["flop_s"])
    return (f"{machine_kind()}; {platform.system()}, {datetime.date.today()}; memory resident. "
            f"Read bandwidth as measured in each run {median(reads):.1f} GB/s ({min(reads):.1f} to {max(reads):.1f}); "
            f"G operations/s: {flops}.")


def report(pairs, alone):
    """Lines of {model: {row: rounds}} of both kinds."""
    lines = [machine([r for rows in pairs.values() for rounds in rows.values() for r in rounds])] if pairs else []
    for model in MODELS:
        if model in pairs:
            lines += ["", f"### {model}", "", *ratio_table(pairs[model]), "", *memory_table(pairs[model])]
        if model in alone:
            lines += ["", f"### {model}, without anchors", "", *alone_table(alone[model])]
    return lines + (["", "![Rate against length](performance.svg)"] if "next" in alone else [])


def write(lines, alone):
    page = ROOT / "docs" / "performance.md"
    block = "\n".join(["<!-- measured -->", *lines, "<!-- /measured -->"])
    page.write_text(re.sub(r"<!-- measured -->.*<!-- /measured -->", lambda _: block, page.read_text(), flags=re.S))
    if "next" in alone:
        (ROOT / "docs" / "performance.svg").write_text(plot.svg(list(series(alone["next"])), "tokens", "tokens/s"))


def found(kind):
    """{model: {row: rounds}} of what this kind of machine measured."""
    models = {model: {row: recorded(kind, model, row) for row in rows} for model, rows in MODELS.items()}
    models = {model: {row: rounds for row, rounds in rows.items() if rounds} for model, rows in models.items()}
    return {model: rows for model, rows in models.items() if rows}


def names_of(text, known, parser):
    names = text.split(",")
    if unknown := [name for name in names if name not in known]:
        parser.error(f"expected some of {', '.join(known)}, found {', '.join(unknown)}")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="next", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--rows", default=None, help=f"of {', '.join(ROWS)}; without it all that the model has")
    parser.add_argument("--rounds", type=int, default=MEDIAN_OF)
    parser.add_argument("--alone", action="store_true", help="measure what has no anchor instead")
    parser.add_argument("--prepare", action="store_true", help="make the files and measure nothing")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()

    chosen = {Models(name): names_of(args.rows, MODELS[name], parser) if args.rows else MODELS[name]
              for name in names_of(args.model, MODELS, parser)}
    if args.prepare:
        for models, rows in chosen.items():
            prepare(models, rows)
        return
    for number in range(args.rounds):
        for models, rows in chosen.items():
            print(f"round {number + 1} of {args.rounds}, {models.name}", file=sys.stderr)
            if args.alone:
                for row in rows:
                    record("alone", models.name, row, measure_alone(models, row))
            else:
                for row, result in measure(models, rows).items():
                    record("pair", models.name, row, result)
    pairs, alone = found("pair"), found("alone")
    lines = report(pairs, alone)
    print("\n".join(lines))
    if args.write:
        write(lines, alone)


if __name__ == "__main__":
    main()
