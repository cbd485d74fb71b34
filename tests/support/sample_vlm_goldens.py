#!/usr/bin/env python3
"""Makes the small copy of the text goldens in tests/data/vlm: sample_vlm_goldens.py GOLDENS/vlm tests/data/vlm

Of each row of a MiniLM tensor only the first COLUMNS numbers are kept, of a preprocessed picture every SAMPLE-th place;
tests compare as many as there are.
"""
import json
import pathlib
import shutil
import struct
import sys

COLUMNS = 8
SAMPLE = 15


def read(file):
    data = file.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    return header, data[8 + length:]


def sampled(file):
    header, data = read(file)
    entries, chunks, offset = {}, [], 0
    for name, entry in sorted(header.items()):
        if len(entry["shape"]) != 2 or entry["dtype"] != "F32":
            continue
        rows, width = entry["shape"]
        begin = entry["data_offsets"][0]
        chunk = b"".join(data[begin + 4 * width * row:begin + 4 * width * row + 4 * COLUMNS] for row in range(rows))
        entries[name] = {"dtype": "F32", "shape": [rows, COLUMNS], "data_offsets": [offset, offset + len(chunk)]}
        offset += len(chunk)
        chunks.append(chunk)
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(chunks)


def sampled_pictures(file):
    golden = json.loads(file.read_text())
    for image in golden["images"]:
        for output in image["outputs"]:
            for key in [key for key in output if key.startswith("sample_")]:
                output[key] = output[key][::SAMPLE]
    return json.dumps(golden, indent=0)


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    for folder in ("tokenizers", "bert_minilm", "preprocess", "prompt_learning", "lr_schedule"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / "tokenizers/bert.json", target / "tokenizers/bert.json")
    for name in ("clip.json", "opt.json", "t5.json"):
        shutil.copyfile(source / "tokenizers" / name, target / "tokenizers" / name)
    (target / "preprocess/golden.json").write_text(sampled_pictures(source / "preprocess/golden.json"))
    shutil.copyfile(source / "bert_minilm/golden.json", target / "bert_minilm/golden.json")
    # Small random networks and their numbers, whole.
    for file in ("prompt_learning/golden.json", "prompt_learning/golden.safetensors", "lr_schedule/golden.json"):
        shutil.copyfile(source / file, target / file)
    (target / "bert_minilm/golden.safetensors").write_bytes(sampled(source / "bert_minilm/golden.safetensors"))


if __name__ == "__main__":
    main()
