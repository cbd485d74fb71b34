#!/usr/bin/env python3
"""Minimum, maximum and sum of the rescaled values of DICOM pictures as pydicom reads them, for tst_hostile and tst_series.

Usage: pixel_statistics.py FILE...

Prints a JSON object: for each file {"minimum", "maximum", "sum", "count", "lossy"} or {"error"}. Values are what Limn's volumes
hold: modality LUT or rescale applied, palettes expanded and colours brought to 8-bit RGB, polarity as stored.
Needs pydicom 3, pylibjpeg, pylibjpeg-libjpeg, pylibjpeg-openjpeg and numpy.
"""
import json
import sys
import warnings

import numpy
import pydicom
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91"}


def guess_syntax(dataset):
    implicit, little = dataset.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def values_of(dataset):
    pixels = pixel_array(dataset)
    photometric = dataset.get("PhotometricInterpretation", "MONOCHROME2")
    if photometric == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        return pixels >> 8 if pixels.max() > 255 else pixels
    if dataset.get("SamplesPerPixel", 1) == 3:
        shift = max(0, int(dataset.BitsStored) - 8)
        return pixels >> shift
    return apply_modality_lut(pixels, dataset)


def statistics(path):
    dataset = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = guess_syntax(dataset)
    values = values_of(dataset).astype(numpy.float64)
    return {
        "minimum": float(values.min()),
        "maximum": float(values.max()),
        "sum": float(values.sum()),
        "count": int(values.size),
        "lossy": str(dataset.file_meta.TransferSyntaxUID) in LOSSY,
    }


def main():
    warnings.simplefilter("ignore")
    result = {}
    for path in sys.argv[1:]:
        try:
            result[path] = statistics(path)
        except Exception as error:  # what pydicom cannot read is not compared
            result[path] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
