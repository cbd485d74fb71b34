#!/usr/bin/env python3
"""Writes what pydicom (or, where it cannot, GDCM) makes of DICOM pixel data, for tst_codecs.

Usage: dump_pixels.py OUTDIR FILE...

For each file with pixels OUTDIR gets NUMBER.value (the value of the pixel data element as stored), NUMBER.expected (the decoded
samples, little endian, frame by frame, row by row, colour interleaved as RGB) and an entry in index.json.
Needs pydicom 3, pylibjpeg, pylibjpeg-libjpeg, pylibjpeg-openjpeg, python-gdcm and numpy.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy
import pydicom
from pydicom.pixels import pixel_array
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

FLOATS = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}


def transfer_syntax(dataset):
    """The declared syntax, or the one that pydicom guessed for a file without a header."""
    meta = getattr(dataset, "file_meta", None)
    if meta is not None and "TransferSyntaxUID" in meta:
        return meta.TransferSyntaxUID
    implicit, little = dataset.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def with_gdcm(path):
    """Samples as GDCM decodes them, not rescaled."""
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise ValueError("GDCM cannot read it")
    image = reader.GetImage()
    if image.GetPhotometricInterpretation().GetType() not in (
        gdcm.PhotometricInterpretation.MONOCHROME1,
        gdcm.PhotometricInterpretation.MONOCHROME2,
        gdcm.PhotometricInterpretation.RGB,
    ):
        raise ValueError("GDCM gives a colour model that is not compared")
    return image.GetBuffer().encode("utf-8", errors="surrogateescape")


def expected(dataset, path, tool):
    if tool == "gdcm":
        return with_gdcm(path)
    array = pixel_array(dataset, raw=False)
    return numpy.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes()


def layout(dataset, keyword):
    samples = int(dataset.get("SamplesPerPixel", 1))
    bits = FLOATS.get(keyword) or int(dataset.BitsAllocated)
    frames = dataset.get("NumberOfFrames", 1)
    return {
        "columns": int(dataset.Columns),
        "rows": int(dataset.Rows),
        "samplesPerPixel": samples,
        "bitsAllocated": bits,
        "bitsStored": int(dataset.get("BitsStored", bits)),
        "highBit": int(dataset.get("HighBit", bits - 1)),
        "isSigned": bool(dataset.get("PixelRepresentation", 0)),
        "isFloat": keyword in FLOATS,
        "photometric": str(dataset.get("PhotometricInterpretation", "MONOCHROME2")),
        "planarConfiguration": int(dataset.get("PlanarConfiguration", 0) or 0),
        "frames": int(frames or 1),
        "transferSyntaxUid": str(transfer_syntax(dataset)),
        "storedAsWords": dataset[keyword].VR != "OB",
    }


def dump(path, out, number):
    dataset = pydicom.dcmread(path, force=True)
    if "file_meta" not in dataset.__dict__ or "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = transfer_syntax(dataset)
    keyword = next((k for k in ("PixelData", *FLOATS) if k in dataset), None)
    if keyword is None or "Rows" not in dataset:
        return None
    entry = {"path": str(path), "number": number, **layout(dataset, keyword)}
    (out / f"{number}.value").write_bytes(dataset[keyword].value)
    for tool in ("pydicom", "gdcm"):
        try:
            data = expected(dataset, path, tool)
            (out / f"{number}.expected").write_bytes(data)
            return {**entry, "tool": tool}
        except Exception as error:  # whatever a reader cannot read is simply not compared
            entry["error"] = f"{entry.get('error', '')}{tool}: {error}; "
    return entry


def main():
    warnings.simplefilter("ignore")
    out = Path(sys.argv[1])
    entries = []
    for number, name in enumerate(sys.argv[2:]):
        try:
            entry = dump(Path(name), out, number)
        except Exception as error:
            entry = None
            print(f"{name}: {error}", file=sys.stderr)
        if entry is not None:
            entries.append(entry)
    (out / "index.json").write_text(json.dumps(entries))


if __name__ == "__main__":
    main()
