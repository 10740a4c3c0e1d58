"""Converts the benchmark checkpoint with llama.cpp's own converter, which knows tokenizers by a hash of their output and
so refuses the small one that the checkpoint carries: it is named here.

    fixtures/python bench/to_gguf.py LLAMA_CPP_SOURCE [arguments of convert_hf_to_gguf.py ...]
"""

import runpy
import sys

source = sys.argv[1]
sys.path[:0] = [source, source + "/gguf-py"]

from conversion import base  # noqa: E402

base.TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
sys.argv = ["convert_hf_to_gguf.py", *sys.argv[2:]]
runpy.run_path(source + "/convert_hf_to_gguf.py", run_name="__main__")
