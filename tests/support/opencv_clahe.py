"""Writes tests/data/vision/clahe.json: digests of what OpenCV's CLAHE makes of pictures that a test makes again.

usage: opencv_clahe.py OUTPUT      (needs PyPI opencv-python-headless and numpy)

A picture's pixel (column, row) is scene(): a slope, a step and a pattern, so that tiles have narrow and wide histograms.
"""
import hashlib
import json
import sys

import cv2
import numpy as np

CASES = [(256, 256, 7.0, 8), (64, 64, 0.0, 4), (64, 48, 2.0, 8), (96, 96, 40.0, 1), (224, 224, 7.0, 8), (8, 8, 1.0, 8)]


def scene(columns, rows):
    column, row = np.meshgrid(np.arange(columns, dtype=np.int64), np.arange(rows, dtype=np.int64))
    slope = column * 90 // columns + row * 60 // rows
    step = np.where((column - columns // 2) ** 2 + (row - rows // 2) ** 2 < (columns // 3) ** 2, 70, 0)
    pattern = (column * 7919 + row * 104729 + column * row * 31) % 23
    return (slope + step + pattern).astype(np.uint8)


def case(columns, rows, clip, tiles):
    result = cv2.createCLAHE(clip, (tiles, tiles)).apply(scene(columns, rows))
    return {"columns": columns, "rows": rows, "clip": clip, "tiles": tiles,
            "input": hashlib.sha256(scene(columns, rows).tobytes()).hexdigest(),
            "output": hashlib.sha256(result.tobytes()).hexdigest(), "first": result[0, :8].tolist(),
            "middle": result[rows // 2, columns // 2:columns // 2 + 4].tolist()}


with open(sys.argv[1], "w", encoding="utf-8") as file:
    cases = ",\n".join("  " + json.dumps(case(*one)) for one in CASES)
    file.write('{\n"about": "Made by tests/support/opencv_clahe.py with OpenCV %s.",\n"cases": [\n%s\n]\n}\n' % (cv2.__version__, cases))
