#!/usr/bin/env python3
"""Resizes a picture as Pillow does, for tst_picture_fit:

    pillow_resize.py bicubic|bilinear IN WIDTH HEIGHT CHANNELS OUT NEW_WIDTH NEW_HEIGHT

Both files are bytes row by row, the channels of a pixel together. Several OUT NEW_WIDTH NEW_HEIGHT may follow each other.
"""
import pathlib
import sys

from PIL import Image

kernel = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}[sys.argv[1]]
source, (width, height, channels) = pathlib.Path(sys.argv[2]), map(int, sys.argv[3:6])
picture = Image.frombytes({1: "L", 3: "RGB", 4: "CMYK"}[channels], (width, height), source.read_bytes())
for out, new_width, new_height in zip(*[iter(sys.argv[6:])] * 3):
    resized = picture.resize((int(new_width), int(new_height)), kernel)
    pathlib.Path(out).write_bytes(resized.tobytes())
