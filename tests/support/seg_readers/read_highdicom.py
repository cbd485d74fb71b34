"""Prints what highdicom reads from a SEG: one JSON list entry for each segment and source image that is not empty.

Usage: read_highdicom.py FILE
"""
import hashlib
import json
import sys

import highdicom
import numpy

segmentation = highdicom.seg.segread(sys.argv[1])
sources = [uid for _, _, uid in segmentation.get_source_image_uids()]
pixels = segmentation.get_pixels_by_source_instance(
    source_sop_instance_uids=sources,
    combine_segments=False,
    rescale_fractional=False,
    assert_missing_frames_are_empty=True,
    ignore_spatial_locations=True,
)
result = []
for index, uid in enumerate(sources):
    for number in segmentation.segment_numbers:
        plane = pixels[index, :, :, number - 1]
        if plane.any():
            result.append({
                "segment": int(number),
                "source": str(uid),
                "sha1": hashlib.sha1(numpy.ascontiguousarray(plane, dtype=numpy.uint8).tobytes()).hexdigest(),
            })
print(json.dumps(result))
