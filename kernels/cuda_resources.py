"""Checks what the CUDA kernels use, for every architecture: nothing spilled, no more registers and shared memory than
src/cuda/device/resources.table allows, and in docs/cuda-kernels.md what they use on sm_90a. `--renew` writes both tables
anew: a change of them is to be reviewed. Exit status 69: there is no NVRTC here.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DEVICE = HERE / "src" / "cuda" / "device"
TABLE = DEVICE / "resources.table"
HEADER = "# kernel, most registers of a thread, most bytes of static shared memory of a block (cuda_resources.py --renew)\n"
DOCUMENT = HERE.parent / "docs" / "cuda-kernels.md"
SHOWN = "sm_90a"
BEGIN = "<!-- kernels/cuda_resources.py --renew writes this table -->\n"
END = "<!-- end of the table -->\n"


def architectures():
    return re.search(r"CUDA_ARCHITECTURES (.*)\)", (HERE / "cuda.cmake").read_text())[1].split()


def kernels():
    return re.findall(r"ENTRY\((\w+), \w+Args\)", (HERE / "src" / "cuda" / "kernels.h").read_text())


def compiled(folder, architecture, to):
    """Kernel to (registers, shared, stack, spilled)."""
    subprocess.run([sys.executable, HERE / "nvrtc.py", folder, architecture, to], check=True)
    lines = pathlib.Path(f"{to}.resources").read_text().splitlines()
    return {line.split()[0]: tuple(map(int, line.split()[1:])) for line in lines}


def threads():
    """Kernel to the most threads of a block."""
    most = {}
    arguments = (DEVICE.parent / "args.h").read_text()
    for source in DEVICE.glob("*.cu"):
        text = source.read_text()
        constants = dict(re.findall(r"constexpr int (\w+) = (\d+);", arguments + text))
        for kernel, count in re.findall(r"KERNEL\((\w+), \w+, (\w+)", text):
            most[kernel] = int(constants.get(count, count))
    return most


def shown(found):
    """The table of the document: blocks are those whose registers fit on a multiprocessor at once."""
    lines = ["| kernel | threads | registers | static shared memory | blocks by registers |\n", "|---|---|---|---|---|\n"]
    for kernel, most in sorted(threads().items()):
        registers, shared = found[kernel][:2]
        blocks = min(65536 // (-(-registers // 8) * 8 * most), 2048 // most, 32)
        lines.append(f"| `{kernel}` | {most} | {registers} | {shared:,} | {blocks} |\n")
    return "".join(lines)


def main(renew):
    nvrtc = subprocess.run([HERE / "nvrtc.sh"], stdout=subprocess.PIPE, text=True)
    if nvrtc.returncode != 0:
        return nvrtc.returncode
    used = {}
    problems = []
    before, rest = DOCUMENT.read_text().split(BEGIN)
    after = rest.split(END)[1]
    with tempfile.TemporaryDirectory() as temporary:
        for architecture in architectures():
            found = compiled(nvrtc.stdout.strip(), architecture, f"{temporary}/{architecture}")
            if architecture.startswith("compute_"):
                continue
            if sorted(found) != sorted(kernels()):
                problems.append(f"{architecture}: has {sorted(set(found) ^ set(kernels()))} apart from kernels.h")
            for kernel, (registers, shared, _, spilled) in found.items():
                if spilled:
                    problems.append(f"{kernel}: spills {spilled} bytes on {architecture}")
                used.setdefault(kernel, []).append((registers, shared, architecture))
            if architecture == SHOWN:
                document = before + BEGIN + shown(found) + END + after
    if renew:
        lines = [f"{k} {max(u[0] for u in used[k])} {max(u[1] for u in used[k])}\n" for k in sorted(used)]
        TABLE.write_text(HEADER + "".join(lines))
        DOCUMENT.write_text(document)
    if DOCUMENT.read_text() != document:
        problems.append(f"docs/{DOCUMENT.name}: its table is not what was compiled (--renew writes it)")
    allowed = {l.split()[0]: tuple(map(int, l.split()[1:])) for l in TABLE.read_text().splitlines() if l[0] != "#"}
    for kernel in sorted(set(allowed) - set(used)):
        problems.append(f"{kernel}: is in the table, but not compiled")
    for kernel, uses in used.items():
        for registers, shared, architecture in uses:
            most = allowed.get(kernel, (0, 0))
            if registers > most[0] or shared > most[1]:
                problems.append(
                    f"{kernel}: expected up to {most[0]} registers and {most[1]} bytes of shared memory, "
                    f"found {registers} and {shared} on {architecture}"
                )
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(used)} CUDA kernels for {len(architectures())} architectures, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--renew"]):
        sys.exit(__doc__)
    sys.exit(main(bool(sys.argv[1:])))
