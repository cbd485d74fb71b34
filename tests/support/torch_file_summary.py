#!/usr/bin/env python3
"""Prints every tensor, number and text of torch files as JSON, read by PyTorch itself.

    torch_file_summary.py FOLDER   ->   {"FILE NAME": {"PATH": {...}}}

PATH joins dictionary keys and list indices with '/'. tests/data/torch holds what it printed, one file of JSON for
the files beside it (made by make_torch_files.py) and one for LIMN_TEST_DATA/torch-files; tst_torch_pickle compares
our reader with them.
"""
import json
import math
import pathlib
import sys

import numpy
import torch


def number(value):
    value = float(value)
    return value if math.isfinite(value) else str(value)


def describe(tensor):
    plain = torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
    flat = plain.contiguous().reshape(-1).to(torch.float64)
    weights = torch.arange(1, flat.numel() + 1, dtype=torch.float64) % 97
    return {"type": str(tensor.dtype), "shape": list(tensor.shape), "sum": number(flat.sum()),
            "weighted": number((flat * weights).sum())}


def walk(value, path, found):
    if isinstance(value, numpy.ndarray):
        value = torch.from_numpy(numpy.ascontiguousarray(value))
    if isinstance(value, torch.Tensor):
        found[path] = describe(value.detach())
    elif isinstance(value, dict):
        for key, item in value.items():
            walk(item, f"{path}/{key}", found)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            walk(item, f"{path}/{index}", found)
    elif isinstance(value, bool) or value is None:
        found[path] = {"value": {None: "none", True: "true", False: "false"}[value]}
    elif isinstance(value, (int, float)):
        found[path] = {"value": number(value)}
    elif isinstance(value, str):
        found[path] = {"value": "text:" + value}


def main():
    result = {}
    for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if file.suffix not in (".pt", ".th"):
            continue
        found = {}
        # The files are ours or well-known fixtures; PyTorch's own safe mode refuses arrays of numpy.
        walk(torch.load(file, map_location="cpu", weights_only=False), "", found)
        result[file.name] = found
    json.dump(result, sys.stdout, indent=0, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
