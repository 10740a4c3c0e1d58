"""Compiles the CUDA kernels with NVRTC: nvrtc.py FOLDER_OF_NVRTC ARCHITECTURE TO

ARCHITECTURE is sm_NN for a cubin or compute_NN for PTX. Beside TO lies TO.resources, one line a kernel: its name,
registers, bytes of static shared memory, bytes of stack, bytes spilled. What has been compiled is kept outside the tree
by the contents of its sources.
"""

import ctypes
import hashlib
import os
import pathlib
import re
import shutil
import sys

SOURCE = pathlib.Path(__file__).resolve().parent / "src"
KERNELS = SOURCE / "cuda" / "device" / "all.cu"


def options(architecture):
    return [
        f"--gpu-architecture={architecture}",
        "--std=c++17",
        "--ptxas-options=-v",
        "--device-as-default-execution-space",
        f"--include-path={SOURCE}",
        f"--include-path={SOURCE / 'cuda' / 'device' / 'nvrtc'}",
    ]


class Compiler:
    def __init__(self, folder):
        self.library = ctypes.CDLL(str(pathlib.Path(folder) / "libnvrtc.so.12"))

    def compile(self, architecture):
        """Returns the cubin or PTX and the compiler's log; a failure ends the process with the log."""
        program = ctypes.c_void_p()
        source = KERNELS.read_bytes()
        self.check(self.library.nvrtcCreateProgram(ctypes.byref(program), source, b"all.cu", 0, None, None))
        arguments = [option.encode() for option in options(architecture)]
        array = (ctypes.c_char_p * len(arguments))(*arguments)
        status = self.library.nvrtcCompileProgram(program, len(arguments), array)
        log = self.text(program, "ProgramLog")[:-1].decode()
        if status != 0:
            sys.exit(f"{architecture}: {log}")
        return self.text(program, "CUBIN" if architecture.startswith("sm_") else "PTX"), log

    def text(self, program, what):
        size = ctypes.c_size_t()
        self.check(getattr(self.library, f"nvrtcGet{what}Size")(program, ctypes.byref(size)))
        text = ctypes.create_string_buffer(size.value)
        self.check(getattr(self.library, f"nvrtcGet{what}")(program, text))
        return text.raw

    def check(self, status):
        if status != 0:
            sys.exit(f"NVRTC: error {status}")


def resources(log):
    """The lines of TO.resources, sorted."""
    lines = []
    kernel = None
    spilled = stack = 0
    for line in log.splitlines():
        if match := re.search(r"Compiling entry function '(\w+)'", line):
            kernel, spilled, stack = match[1], 0, 0
        elif match := re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line):
            stack, spilled = int(match[1]), int(match[2]) + int(match[3])
        elif (match := re.search(r"Used (\d+) registers", line)) and kernel:
            shared = re.search(r"(\d+) bytes smem", line)
            lines.append(f"{kernel} {match[1]} {shared[1] if shared else 0} {stack} {spilled}\n")
            kernel = None
    return sorted(lines)


def key(architecture):
    digest = hashlib.sha256(" ".join(options(architecture)[:4]).encode())
    files = [pathlib.Path(__file__)]
    files += [f for folder in ("core", "cuda") for f in (SOURCE / folder).rglob("*") if f.suffix in (".cu", ".h", "")]
    for file in sorted(f for f in files if f.is_file()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


def main(folder, architecture, to):
    version = pathlib.Path(folder).parents[2].name
    cache = pathlib.Path(folder).parents[3] / "cubins" / f"{version}-{key(architecture)}-{architecture}"
    if not cache.exists():
        image, log = Compiler(folder).compile(architecture)
        building = cache.with_name(f"{cache.name}.{os.getpid()}")
        building.mkdir(parents=True)
        (building / "image").write_bytes(image)
        (building / "resources").write_text("".join(resources(log)))
        try:
            building.rename(cache)
        except OSError:  # another build was faster
            shutil.rmtree(building)
    shutil.copyfile(cache / "image", to)
    shutil.copyfile(cache / "resources", f"{to}.resources")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
