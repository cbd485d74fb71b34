#!/usr/bin/env python3
"""Resizes a picture as Pillow does, for tst_picture_fit: pillow_resize.py IN WIDTH HEIGHT CHANNELS OUT NEW_WIDTH NEW_HEIGHT

Both files are bytes row by row, the channels of a pixel together. Several OUT NEW_WIDTH NEW_HEIGHT may follow each other.
"""
import pathlib
import sys

from PIL import Image

source, (width, height, channels) = pathlib.Path(sys.argv[1]), map(int, sys.argv[2:5])
picture = Image.frombytes({1: "L", 3: "RGB", 4: "CMYK"}[channels], (width, height), source.read_bytes())
for out, new_width, new_height in zip(*[iter(sys.argv[5:])] * 3):
    resized = picture.resize((int(new_width), int(new_height)), Image.Resampling.BICUBIC)
    pathlib.Path(out).write_bytes(resized.tobytes())
