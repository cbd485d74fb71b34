#!/usr/bin/env python3
"""Prints every tensor, number and text of the given torch files as JSON, read by PyTorch itself.

    torch_file_summary.py FILE ...   ->   {"FILE": {"PATH": {...}}}

PATH joins dictionary keys and list indices with '/'. Used by tst_torch_pickle to compare our reader with PyTorch's.
"""
import json
import math
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
    for file in sys.argv[1:]:
        found = {}
        # The files are ours or well-known fixtures; PyTorch's own safe mode refuses arrays of numpy.
        walk(torch.load(file, map_location="cpu", weights_only=False), "", found)
        result[file] = found
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
