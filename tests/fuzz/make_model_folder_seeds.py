#!/usr/bin/env python3
"""Writes the seeds of fuzz_model_folder into a folder: one file a kind, the kind's byte in front.

    python3 tests/fuzz/make_model_folder_seeds.py FOLDER
"""
import json
import pathlib
import struct
import sys

TOWER = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128,
         "image_size": 32, "patch_size": 16, "layer_norm_eps": 1e-5, "hidden_act": "gelu"}
TEXT = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128,
        "vocab_size": 100, "max_position_embeddings": 32, "layer_norm_eps": 1e-12}
HEADER = json.dumps({"a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
                     "b": {"dtype": "BF16", "shape": [], "data_offsets": [8, 10]}, "__metadata__": {"x": "y"}}).encode()
OPEN_CLIP = {"model_cfg": {"embed_dim": 6, "quick_gelu": True,
                           "vision_cfg": {"image_size": 8, "layers": 1, "width": 12, "patch_size": 4, "head_width": 4},
                           "text_cfg": {"context_length": 7, "vocab_size": 10, "width": 8, "heads": 2, "layers": 1}},
             "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "interpolation": "bicubic"}}
SEEDS = {
    "clip": (0, {"model_type": "clip", "projection_dim": 32, "vision_config": TOWER | {"hidden_act": "quick_gelu"},
                 "text_config": TEXT | {"hidden_act": "quick_gelu", "eos_token_id": 2, "layer_norm_eps": 1e-5}}),
    "blip": (1, {"model_type": "blip", "vision_config": TOWER, "text_config": TEXT | {"bos_token_id": 98}}),
    "blip2_opt": (2, {"model_type": "blip-2", "num_query_tokens": 8, "vision_config": TOWER,
                      "qformer_config": TEXT | {"encoder_hidden_size": 64, "cross_attention_frequency": 2},
                      "text_config": {"model_type": "opt", "hidden_size": 64, "num_attention_heads": 4,
                                      "num_hidden_layers": 2, "ffn_dim": 128}}),
    "blip2_t5": (2, {"model_type": "instructblip", "vision_config": TOWER, "qformer_config": TEXT,
                     "text_config": {"model_type": "t5", "d_model": 64, "num_heads": 4, "num_layers": 2}}),
    "open_clip": (3, OPEN_CLIP),
    "index": (4, {"metadata": {"total_size": 20}, "weight_map": {"a": "one.safetensors", "b": "one.safetensors"}}),
    "safetensors": (5, struct.pack("<Q", len(HEADER)) + HEADER + bytes(10)),
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (kind, content) in SEEDS.items():
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / name).write_bytes(bytes([kind]) + data)


main()
