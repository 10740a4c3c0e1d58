"""Writes a benchmark checkpoint of random bf16 weights in the official names and layout.

    fixtures/python bench/make_checkpoint.py {next,dense-2b,moe-35b-a3b} DIRECTORY

next         a Qwen3-Next of 1.63 G parameters, 413 M active a token, one tensor an expert projection
dense-2b     a Qwen3.5 of the 2B shape, its head tied to the embedding
moe-35b-a3b  a Qwen3.5-MoE of the 35B-A3B shape cut to one period of four layers, experts stacked

The tokenizer is that of a trained fixture, so that every anchor can load the directory; rows beyond its ids are padding.
Qwen3.5 goes without vision tower and MTP head. Same bytes on every run; written layer by layer.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
sys.path.insert(0, str(FIXTURES))

import synthetic_qwen35  # noqa: E402

NEXT = {
    "architectures": ["Qwen3NextForCausalLM"],
    "model_type": "qwen3_next",
    "vocab_size": 151936,
    "hidden_size": 1024,
    "intermediate_size": 2816,
    "num_hidden_layers": 12,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "head_dim": 128,
    "hidden_act": "silu",
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "tie_word_embeddings": False,
    "attention_bias": False,
    "attention_dropout": 0.0,
    "rope_theta": 10000000,
    "partial_rotary_factor": 0.25,
    "rope_scaling": None,
    "full_attention_interval": 4,
    "linear_conv_kernel_dim": 4,
    "linear_key_head_dim": 128,
    "linear_value_head_dim": 128,
    "linear_num_key_heads": 8,
    "linear_num_value_heads": 16,
    "decoder_sparse_step": 1,
    "moe_intermediate_size": 512,
    "shared_expert_intermediate_size": 512,
    "num_experts": 64,
    "num_experts_per_tok": 8,
    "norm_topk_prob": True,
    "output_router_logits": False,
    "router_aux_loss_coef": 0.001,
    "mlp_only_layers": [],
    "initializer_range": 0.02,
    "use_cache": True,
    "bos_token_id": None,
    "eos_token_id": 2045,
    "torch_dtype": "bfloat16",
}


def layer_shapes(layer):
    """Yields (name, shape) of one decoder layer of `next`, in the order of the official checkpoints."""
    c, p = NEXT, f"model.layers.{layer}."
    hidden, inner = c["hidden_size"], c["moe_intermediate_size"]
    yield p + "input_layernorm.weight", (hidden,)
    yield p + "post_attention_layernorm.weight", (hidden,)
    if (layer + 1) % c["full_attention_interval"]:
        v_heads, k_heads = c["linear_num_value_heads"], c["linear_num_key_heads"]
        k_width, v_width = k_heads * c["linear_key_head_dim"], v_heads * c["linear_value_head_dim"]
        yield p + "linear_attn.A_log", (v_heads,)
        yield p + "linear_attn.dt_bias", (v_heads,)
        yield p + "linear_attn.conv1d.weight", (2 * k_width + v_width, 1, c["linear_conv_kernel_dim"])
        yield p + "linear_attn.in_proj_qkvz.weight", (2 * k_width + 2 * v_width, hidden)
        yield p + "linear_attn.in_proj_ba.weight", (2 * v_heads, hidden)
        yield p + "linear_attn.norm.weight", (c["linear_value_head_dim"],)
        yield p + "linear_attn.out_proj.weight", (hidden, v_width)
    else:
        q_width, kv_width = (c[h] * c["head_dim"] for h in ("num_attention_heads", "num_key_value_heads"))
        yield p + "self_attn.q_proj.weight", (2 * q_width, hidden)
        yield p + "self_attn.k_proj.weight", (kv_width, hidden)
        yield p + "self_attn.v_proj.weight", (kv_width, hidden)
        yield p + "self_attn.o_proj.weight", (hidden, q_width)
        yield p + "self_attn.q_norm.weight", (c["head_dim"],)
        yield p + "self_attn.k_norm.weight", (c["head_dim"],)
    yield p + "mlp.gate.weight", (c["num_experts"], hidden)
    yield p + "mlp.shared_expert_gate.weight", (1, hidden)
    for expert in [f"experts.{e}" for e in range(c["num_experts"])] + ["shared_expert"]:
        yield p + f"mlp.{expert}.gate_proj.weight", (inner, hidden)
        yield p + f"mlp.{expert}.up_proj.weight", (inner, hidden)
        yield p + f"mlp.{expert}.down_proj.weight", (hidden, inner)


def next_shards():
    """Yields {name: shape} of each shard of `next`."""
    embedding = (NEXT["vocab_size"], NEXT["hidden_size"])
    yield {"model.embed_tokens.weight": embedding}
    for layer in range(NEXT["num_hidden_layers"]):
        yield dict(layer_shapes(layer))
    yield {"lm_head.weight": embedding, "model.norm.weight": embedding[1:]}


def qwen35(shape, layers):
    """Config and shards of a Qwen3.5: a shard a layer, and one for what is no layer's."""
    text = {**synthetic_qwen35.text_config(shape, layers), "eos_token_id": 1212, "mtp_num_hidden_layers": 0}
    shards = {}
    for name, size in synthetic_qwen35.model(text).items():
        if not name.startswith(("mtp.", "model.visual.")):
            layer = name.split(".")[3] if ".layers." in name else ""
            shards.setdefault(layer, {})[name] = size
    return synthetic_qwen35.composed(text), list(shards.values())


# name -> config, shards of {name: shape}, the fixture with the tokenizer
CHECKPOINTS = {
    "next": lambda: (NEXT, list(next_shards()), "kjv-tiny"),
    "dense-2b": lambda: (*qwen35("2b", None), "chat-tiny"),
    "moe-35b-a3b": lambda: (*qwen35("35b-a3b", 4), "chat-tiny"),
}


def values(name, shape, generator):
    """Random values of the size that training leaves: norms near their neutral value, decays spread as at initialisation."""
    if ".experts." in name and len(shape) == 3:  # one at a time: float32 takes twice the memory
        tensor = torch.empty(shape, dtype=torch.bfloat16)
        for expert in tensor:
            expert.copy_(values(name, expert.shape, generator))
        return tensor
    noise = torch.randn(shape, generator=generator)
    if name.endswith("A_log"):
        return torch.log(torch.rand(shape, generator=generator) * 15 + 1)
    if name.endswith("linear_attn.norm.weight"):
        return 1 + 0.1 * noise
    if name.endswith(("norm.weight", "dt_bias")):
        return 0.1 * noise
    return noise.div_(shape[-1] ** 0.5)


def main(model, directory):
    config, shards, tokenizer = CHECKPOINTS[model]()
    directory.mkdir(parents=True)
    generator = torch.Generator().manual_seed(20260101)
    weight_map, size = {}, 0
    for number, shapes in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        tensors = {name: values(name, shape, generator).to(torch.bfloat16) for name, shape in shapes.items()}
        save_file(tensors, directory / file, metadata={"format": "pt"})
        weight_map.update(dict.fromkeys(tensors, file))
        size += sum(t.numel() * 2 for t in tensors.values())
        print(f"{file}: {size / 1e9:.2f} GB so far", file=sys.stderr)
    index = {"metadata": {"total_size": size}, "weight_map": weight_map}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        shutil.copy(FIXTURES / tokenizer / name, directory / name)
    (directory / "config.json").write_text(json.dumps(config, indent=2))  # last: a directory that has it is whole


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKPOINTS:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]))
