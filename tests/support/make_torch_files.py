#!/usr/bin/env python3
"""Writes files of torch.save with everything that real checkpoints hold: make_torch_files.py FOLDER

Most of them are in tests/data/torch.
"""
import argparse
import collections
import pathlib
import sys

import numpy
import torch


def content():
    torch.manual_seed(3)
    base = torch.randn(6, 5)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 2))
    # What torch.optim.Adam's state_dict() holds; the module itself needs packages that tests do not install.
    state = {index: {"step": torch.tensor(1.0), "exp_avg": torch.ones_like(p) * 0.1, "exp_avg_sq": torch.ones_like(p) * 0.2}
             for index, p in enumerate(model.parameters())}
    optimizer = {"state": state, "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0,
                                                   "amsgrad": False, "maximize": None, "params": list(state)}]}
    parallel = collections.OrderedDict(("module." + key, value) for key, value in model.state_dict().items())
    return {
        "authors": {"epoch": 7, "best_model": True, "model": "LViT", "state_dict": parallel, "val_loss": 0.25,
                    "optimizer": optimizer},
        "views": {"base": base, "row": base[2], "column": base[:, 3], "transposed": base.t(), "step": base[::2, 1::2],
                  "expanded": base[:1].expand(4, 5), "scalar": torch.tensor(2.5), "empty": torch.empty(0, 3)},
        "types": {str(t): (torch.arange(-3, 4).to(t) if t.is_signed else torch.arange(7).to(t))
                  for t in (torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
                            torch.int8, torch.uint8, torch.bool)},
        "parameter": {"weight": torch.nn.Parameter(base.clone()), "buffer": torch.nn.Parameter(base[1], requires_grad=False)},
        "numbers": {"small": -5, "long": 2**40, "negative": -2**40, "huge": 2**70, "real": -1.5e300, "none": None,
                    "true": True, "text": "Lunge \u00e4 \u80ba", "list": [1, [2, (3, "x")]], "tuple": (1, 2, 3, 4)},
        "objects": {"args": argparse.Namespace(lr=0.1), "default": collections.defaultdict(int, a=1),
                    "size": base.size(), "device": base.device, "dtype": torch.float32, "set": {1, 2}},
        "numpy": {"array": numpy.arange(12, dtype=numpy.float32).reshape(3, 4),
                  "columns": numpy.asfortranarray(numpy.arange(6, dtype=numpy.int16).reshape(2, 3)),
                  "scalar": numpy.float64(1.25), "index": numpy.int64(-7)},
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, value in content().items():
        torch.save(value, folder / f"{name}.zip.pt")
        torch.save(value, folder / f"{name}.legacy.pt", _use_new_zipfile_serialization=False)
        torch.save(value, folder / f"{name}.protocol4.pt", pickle_protocol=4)
    torch.save({"wide": torch.arange(5).to(torch.uint16), "long": torch.arange(5).to(torch.uint64)}, folder / "unsigned.zip.pt")


if __name__ == "__main__":
    main()
