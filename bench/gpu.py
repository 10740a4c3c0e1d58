"""The part of bench/gpu.sh that runs once the libraries are there: parity, checkers, rates; writes
docs/performance-cuda.md. Ends with exit code 1 where a case fails, after all were run.

    bench/gpu.sh [--seqs 1,8,64] [--prefill 512,2048] [--decode 128,2048] [--no-torch]
"""

import argparse
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import CACHE, ROOT, Models, commas, python, run

PAGE = ROOT / "docs" / "performance-cuda.md"
# Name in the driver -> bytes a second of its memory, dense bf16 operations a second (NVIDIA's data sheets).
CARDS = {
    "H200": (4.8e12, 989e12),
    "H100 PCIe": (2.0e12, 756e12),
    "H100": (3.35e12, 989e12),
    "A100": (2.04e12, 312e12),
    "L40S": (0.864e12, 362e12),
    "RTX 4090": (1.008e12, 165e12),
    "RTX 5090": (1.792e12, 210e12),
}


def card(name):
    """Limits of a card, None where it is not in the table."""
    return next((limits for part, limits in CARDS.items() if part in name), None)


def parity(path, options):
    """(passed, words) of one case at exact on the device."""
    command = [ROOT / "deltaport", "parity", path, "--device", "cuda", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 2:
        return False, done.stderr.strip()
    report = json.loads(done.stdout)
    return report["passed"], f"worst {report['worst']['name']} {report['worst']['max_rel']:.1e}"


def sanitizer(tool):
    """Words of compute-sanitizer over one case."""
    checker = shutil.which("compute-sanitizer")
    if checker is None:
        return "not there"
    natives = ROOT / "cli/target/onnxruntime/ai/onnxruntime/native/linux-x64"
    command = [checker, "--tool", tool, "--error-exitcode", "9", "java", f"-Donnxruntime.native.path={natives}", "-jar",
               ROOT / "cli/target/deltaport.jar", "parity", ROOT / "fixtures/cases/official", "--device", "cuda"]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    return "clean" if done.returncode == 0 else f"exit {done.returncode}: {(done.stdout + done.stderr).strip()[-300:]}"


def rates(models, precision, seqs, args):
    out = run(ROOT / "deltaport", "bench", models.ours(precision), "--json", "--device", "cuda", "--seqs", seqs,
              "--prefill", commas(args.prefill), "--decode", commas(args.decode))
    return json.loads(out)


def torch_rates(models, args):
    """{} where this machine's torch has no GPU."""
    if python("-c", "import torch; print(torch.cuda.is_available())").strip() != "True":
        print("torch: no GPU", file=sys.stderr)
        return {}
    return json.loads(python(ROOT / "bench" / "torch_bench.py", models.checkpoint(), "--device", "cuda",
                             "--prefill", *args.prefill, "--decode", *args.decode))


def rate_lines(models, limits, args):
    lines = ["| weights | sequences | figure | tokens/s | share of the card | torch bf16, one sequence |", "|---|---|---|---|---|---|"]
    torch = {} if args.no_torch else torch_rates(models, args)
    for precision in ("bf16", "int8", "int4"):
        for seqs in args.seqs:
            result = rates(models, precision, seqs, args)
            for kind in ("prefill", "decode"):
                for n, rate in result[kind].items():
                    known = limits is not None and kind == "decode" and seqs == 1
                    share = f"{100 * rate * result['bytes_per_token'] / limits[0]:.0f} % of its bandwidth" if known else ""
                    other = torch.get(kind, {}).get(n)
                    beside = f"{other:.0f}" if other and seqs == 1 and precision == "bf16" else ""
                    lines.append(f"| {precision} | {seqs} | {kind} {n} | {rate:.0f} | {share} | {beside} |")
    return lines


def main():
    numbers = lambda text: [int(n) for n in text.split(",")]  # noqa: E731
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seqs", type=numbers, default=[1, 8, 64])
    parser.add_argument("--prefill", type=numbers, default=[512, 2048])
    parser.add_argument("--decode", type=numbers, default=[128, 2048])
    parser.add_argument("--no-torch", action="store_true")
    args = parser.parse_args()

    doctor = json.loads(run(ROOT / "deltaport", "doctor", "--json"))
    if not doctor["works"]:
        sys.exit("; ".join(doctor["problems"]))
    name = doctor["gpu"]["name"]
    lines = [f"# Performance on {name}", "", f"Made by `bench/gpu.sh` on {datetime.date.today()}, kernels {doctor['gpu']['kernels']}.",
             "", "| case at exact | verdict |", "|---|---|"]
    failed = []
    runs = [(path, ()) for path in [*sorted((ROOT / "fixtures" / "cases").iterdir()), ROOT / "fixtures" / "kjv-tiny"]]
    runs.append((ROOT / "fixtures" / "kjv-tiny", ("--experts", "host", "--expert-slots", "20")))
    for path, options in runs:
        passed, words = parity(path, options)
        case = " ".join([path.name, *options])
        failed += [] if passed else [case]
        lines.append(f"| {case} | {'passed' if passed else 'FAILED'}, {words} |")
        print(lines[-1], file=sys.stderr)
    lines += ["", *(f"compute-sanitizer {tool}: {sanitizer(tool)}  " for tool in ("memcheck", "racecheck")), ""]
    CACHE.mkdir(parents=True, exist_ok=True)
    lines += rate_lines(Models("next"), card(name), args)
    with tempfile.NamedTemporaryFile("w", dir=PAGE.parent, delete=False) as page:
        page.write("\n".join(lines) + "\n")
    Path(page.name).replace(PAGE)
    print(f"wrote {PAGE}", file=sys.stderr)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
