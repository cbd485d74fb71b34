#!/usr/bin/env python3
"""Writes golden.json and spiece.model beside it: what transformers' SigLIP with small towers makes of pictures and
texts, and its tokenizer, with a small vocabulary, of sentences.

Needs torch, transformers, sentencepiece and protobuf. Weights follow from the rule of tests/unit/models/fill_rule.h, so
none are kept. Run: python3 make_golden.py
"""
import io
import json
import math
import pathlib

import numpy
import sentencepiece
import torch
import transformers

SEED = 23


def stream(key, count):
    value = 0xCBF29CE484222325  # FNV-1a, then splitmix64
    for byte in key.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(value ^ SEED) + (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1)) * numpy.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 16777216.0


def filled(key, shape):
    r = 2 * stream(key, math.prod(shape)) - 1
    if len(shape) == 1:
        values = 1 + 0.1 * r if key.endswith(".weight") else 0.05 * r
    else:
        values = math.sqrt(3 / math.prod(shape[1:])) * r
    return torch.from_numpy(values.astype(numpy.float32)).reshape(shape)


def case(name, text, vision):
    config = transformers.SiglipConfig(text_config=text, vision_config=vision)
    model = transformers.SiglipModel(config).eval()
    shapes, state = {}, {}
    for key, tensor in model.state_dict().items():
        shapes[key] = list(tensor.shape)
        state[key] = {"logit_scale": torch.tensor([2.0]), "logit_bias": torch.tensor([-3.0])}.get(
            key, filled(key, list(tensor.shape)))
    model.load_state_dict(state)
    size, words, length = vision["image_size"], text["vocab_size"], text["max_position_embeddings"]
    pixels = torch.from_numpy(stream("input.image", 2 * 3 * size * size).astype(numpy.float32)).reshape(2, 3, size, size)
    ids = [[5, 6, 7, 1] + [1] * (length - 4), [(3 * i) % words for i in range(length - 1)] + [1]]
    with torch.no_grad():
        out = model(input_ids=torch.tensor(ids), pixel_values=pixels)
        image = model.vision_model(pixel_values=pixels).pooler_output
        texts = model.text_model(input_ids=torch.tensor(ids)).pooler_output
    return {"name": name, "config": {"model_type": "siglip", "text_config": text, "vision_config": vision},
            "seed": SEED, "shapes": shapes, "ids": ids, "image": image.tolist(), "text": texts.tolist(),
            "logits": out.logits_per_image.tolist()}


def tokenized(folder):
    """Ids as the model is given them: padded to 12. White space in front goes first, as big_vision does it: transformers
    makes a piece of it."""
    words = "a photo of chest x ray radiograph showing no pleural effusion pneumonia left right lung lungs clear".split()
    lines = [" ".join(words[(i * j + i) % len(words)] for j in range(1, 9)) for i in range(400)]
    bytes_written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=bytes_written, vocab_size=40, model_type="unigram", pad_id=0,
        eos_id=1, unk_id=2, bos_id=-1, normalization_rule_name="identity", minloglevel=4)
    file = folder / "spiece.model"
    file.write_bytes(bytes_written.getvalue())
    tokenizer = transformers.SiglipTokenizer(str(file))
    texts = ["a photo of a Lung.", "No pleural effusion!", "  chest\tx-ray \n of (left) lungs", "", "...",
             "caf\u00e9 \u00c4RZTE", "\U0001f600 lung", "pneumonia " * 20, "{lung}", "right_lung"]
    settings = {"padding": "max_length", "truncation": True, "max_length": 12}
    return [{"text": text, "ids": tokenizer(text.strip(), **settings)["input_ids"]} for text in texts]


def main():
    folder = pathlib.Path(__file__).parent
    text = {"vocab_size": 40, "hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 2,
            "num_attention_heads": 3, "max_position_embeddings": 10, "projection_size": 48}
    vision = {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
              "image_size": 32, "patch_size": 8}
    # As so400m's: a picture that is no multiple of the patch, towers of different widths.
    uneven = dict(vision, hidden_size=64, image_size=30, patch_size=7)
    cases = [case("even", text, vision), case("uneven", dict(text, projection_size=64), uneven)]
    (folder / "golden.json").write_text(json.dumps({"cases": cases, "tokenizer": tokenized(folder)}) + "\n")


main()
