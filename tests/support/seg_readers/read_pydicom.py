"""Prints what pydicom reads from a SEG: one JSON list entry for each frame that is not empty.

Usage: read_pydicom.py FILE
"""
import hashlib
import json
import sys

import numpy
import pydicom

dataset = pydicom.dcmread(sys.argv[1])
frames = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
result = []
for pixels, group in zip(frames, dataset.PerFrameFunctionalGroupsSequence, strict=True):
    if not pixels.any():
        continue
    source = group.DerivationImageSequence[0].SourceImageSequence[0]
    result.append({
        "segment": int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber),
        "z": float(group.PlanePositionSequence[0].ImagePositionPatient[2]),
        "source": str(source.ReferencedSOPInstanceUID),
        "frame": int(source.get("ReferencedFrameNumber", 0)),
        "sha1": hashlib.sha1(numpy.ascontiguousarray(pixels, dtype=numpy.uint8).tobytes()).hexdigest(),
    })
print(json.dumps(result))
