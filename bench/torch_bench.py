"""Prefill and decode rates of transformers, as one JSON object in the form of `deltaport bench --json`.

    fixtures/python bench/torch_bench.py DIRECTORY --dtype bf16|f32 [--device cpu|cuda] [--threads N] [--prefill 512 ...] [--decode 128 ...]
"""

import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM, DynamicCache


def timed(run):
    start = time.perf_counter()
    run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--dtype", choices=("bf16", "f32"), default="bf16")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prefill", type=int, nargs="*", default=[512])
    parser.add_argument("--decode", type=int, nargs="*", default=[128])
    parser.add_argument("--steps", type=int, default=16)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    dtype = {"bf16": torch.bfloat16, "f32": torch.float32}[args.dtype]
    started = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(args.directory, dtype=dtype).eval().to(args.device)
    load_s = time.perf_counter() - started

    def step(cache, tokens):
        ids = torch.randint(0, model.config.vocab_size, (1, tokens), device=args.device)
        model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)

    step(DynamicCache(config=model.config), 32)
    prefill = {n: n / timed(lambda: step(DynamicCache(config=model.config), n)) for n in args.prefill}
    decode = {}
    for n in args.decode:
        cache = DynamicCache(config=model.config)
        step(cache, n)
        step(cache, 1)
        decode[n] = args.steps / timed(lambda: [step(cache, 1) for _ in range(args.steps)])
    print(json.dumps({"load_s": load_s, "prefill": prefill, "decode": decode}))


if __name__ == "__main__":
    main()
