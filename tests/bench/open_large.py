#!/usr/bin/env python3
"""Seconds and peak memory to open a language model as large as OPT-2.7b (10.6 GB in float32), whose file is sparse.

    tests/bench/open_large.py build/release [--type F32|F16] [--hold float32|bfloat16|int8]

Nothing but zeros is read, so the disk does not count; what is timed is the program's own work.
"""
import argparse
import json
import pathlib
import struct
import subprocess
import tempfile

HIDDEN, LAYERS, WORDS, POSITIONS = 2560, 32, 50272, 2050


def shapes():
    yield "model.decoder.embed_tokens.weight", [WORDS, HIDDEN]
    yield "model.decoder.embed_positions.weight", [POSITIONS, HIDDEN]
    for layer in range(LAYERS):
        front = f"model.decoder.layers.{layer}."
        for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
            yield f"{front}self_attn.{name}.weight", [HIDDEN, HIDDEN]
            yield f"{front}self_attn.{name}.bias", [HIDDEN]
        yield f"{front}fc1.weight", [4 * HIDDEN, HIDDEN]
        yield f"{front}fc1.bias", [4 * HIDDEN]
        yield f"{front}fc2.weight", [HIDDEN, 4 * HIDDEN]
        yield f"{front}fc2.bias", [HIDDEN]
        for name in ("self_attn_layer_norm", "final_layer_norm"):
            yield f"{front}{name}.weight", [HIDDEN]
            yield f"{front}{name}.bias", [HIDDEN]
    yield "model.decoder.final_layer_norm.weight", [HIDDEN]
    yield "model.decoder.final_layer_norm.bias", [HIDDEN]


def write(folder, kind):
    size, end, header = {"F32": 4, "F16": 2}[kind], 0, {}
    for name, shape in shapes():
        begin, end = end, end + size * (shape[0] * shape[1] if len(shape) == 2 else shape[0])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64 + 56)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    settings = {"model_type": "opt", "hidden_size": HIDDEN, "word_embed_proj_dim": HIDDEN, "ffn_dim": 4 * HIDDEN,
                "num_attention_heads": 32, "num_hidden_layers": LAYERS, "vocab_size": WORDS,
                "max_position_embeddings": POSITIONS - 2}
    (folder / "config.json").write_text(json.dumps(settings))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--type", choices=["F32", "F16"], default="F32")
    parser.add_argument("--hold", choices=["float32", "bfloat16", "int8"], default="float32")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write(pathlib.Path(name), options.type)
        subprocess.run([options.build / "bin" / "bench_language", "--open", name, options.hold], check=True)


main()
