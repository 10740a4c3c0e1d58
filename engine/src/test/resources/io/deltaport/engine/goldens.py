"""Writes beams.json and sampling.json beside it: what official transformers (5.24.0) makes of small random cases."""

import json
import pathlib

import torch
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.generation import logits_process as processors
from transformers.modeling_outputs import CausalLMOutputWithPast

HERE = pathlib.Path(__file__).parent


class Markov(PreTrainedModel, GenerationMixin):
    """A model whose logits depend on the last token only."""

    config_class = PretrainedConfig

    def __init__(self, config, table):
        super().__init__(config)
        self.table = torch.nn.Parameter(table)
        self.post_init()

    def _init_weights(self, module):
        pass

    def forward(self, input_ids, **kwargs):
        return CausalLMOutputWithPast(logits=self.table[input_ids])

    def prepare_inputs_for_generation(self, input_ids, **kwargs):
        return {"input_ids": input_ids}


def beams():
    cases = []
    for seed in range(40):
        generator = torch.Generator().manual_seed(seed)
        vocab, count, stops = 9 + seed % 5, 2 + seed % 3, seed % 3
        table = torch.randn(vocab, vocab, generator=generator) * (0.5 + seed % 4)
        hundredths = (table * 100).round()
        table = hundredths / 100
        eos = list(range(stops))
        model = Markov(PretrainedConfig(vocab_size=vocab, is_encoder_decoder=False), table)
        length, penalty = 3 + seed % 9, [1.0, 1.0, 0.0, 2.0, -0.5][seed % 5]
        output = model.generate(
            torch.tensor([[vocab - 1]]),
            generation_config=GenerationConfig(
                num_beams=count, max_new_tokens=length, length_penalty=penalty, do_sample=False, use_cache=False,
                eos_token_id=eos or None, pad_token_id=vocab - 1))
        ids = output[0, 1:].tolist()
        cases.append({"hundredths": hundredths.int().tolist(), "start": vocab - 1, "beams": count, "max_new_tokens": length,
                      "length_penalty": penalty, "stop": eos, "ids": ids})
    (HERE / "beams.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


def sampling():
    settings = [
        {}, {"temperature": 0.5}, {"temperature": 2.0}, {"top_k": 3}, {"top_k": 5, "top_p": 0.7},
        {"top_p": 0.5}, {"top_p": 0.9, "temperature": 1.7}, {"min_p": 0.2},
        {"min_p": 0.05, "top_p": 0.95, "top_k": 9, "temperature": 0.8},
        {"repetition_penalty": 1.5}, {"repetition_penalty": 0.7, "top_p": 0.8},
        {"repetition_penalty": 1.3, "temperature": 0.6, "top_k": 6, "top_p": 0.85, "min_p": 0.1},
    ]
    cases = []
    for index, options in enumerate(settings):
        generator = torch.Generator().manual_seed(index)
        hundredths = (torch.randn(1, 12, generator=generator) * 200).round()
        logits = hundredths / 100
        seen = torch.tensor([[0, 3, 3, 7]])
        scores = logits.clone()
        steps = []
        if "repetition_penalty" in options:
            steps.append(processors.RepetitionPenaltyLogitsProcessor(options["repetition_penalty"]))
        if "temperature" in options:
            steps.append(processors.TemperatureLogitsWarper(options["temperature"]))
        if "top_k" in options:
            steps.append(processors.TopKLogitsWarper(options["top_k"]))
        if "top_p" in options:
            steps.append(processors.TopPLogitsWarper(options["top_p"]))
        if "min_p" in options:
            steps.append(processors.MinPLogitsWarper(options["min_p"]))
        for step in steps:
            scores = step(seen, scores)
        cases.append({"options": options, "seen": seen[0].tolist(), "hundredths": hundredths[0].int().tolist(),
                      "probabilities": torch.softmax(scores.double(), -1)[0].tolist()})
    (HERE / "sampling.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


beams()
sampling()
