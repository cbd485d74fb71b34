"""Prints what highdicom reads from a SEG: one JSON list entry for each segment and source image that is not empty.

Usage: read_highdicom.py FILE
"""
import hashlib
import json
import sys

import highdicom
import numpy

segmentation = highdicom.seg.segread(sys.argv[1])
sources = list(dict.fromkeys(uid for _, _, uid in segmentation.get_source_image_uids()))
options = dict(
    combine_segments=False,
    rescale_fractional=False,
    assert_missing_frames_are_empty=True,
    ignore_spatial_locations=True,
)
referenced = [
    source.ReferencedFrameNumber
    for group in segmentation.PerFrameFunctionalGroupsSequence
    for source in group.DerivationImageSequence[0].SourceImageSequence
    if "ReferencedFrameNumber" in source
]
if referenced:
    frames = list(range(1, max(referenced) + 1))
    pixels = segmentation.get_pixels_by_source_frame(
        source_sop_instance_uid=sources[0], source_frame_numbers=frames, **options)
    places = [(sources[0], frame) for frame in frames]
else:
    pixels = segmentation.get_pixels_by_source_instance(source_sop_instance_uids=sources, **options)
    places = [(uid, 0) for uid in sources]
result = []
for index, (uid, frame) in enumerate(places):
    for number in segmentation.segment_numbers:
        plane = pixels[index, :, :, number - 1]
        if plane.any():
            result.append({
                "segment": int(number),
                "source": str(uid),
                "frame": frame,
                "sha1": hashlib.sha1(numpy.ascontiguousarray(plane, dtype=numpy.uint8).tobytes()).hexdigest(),
            })
print(json.dumps(result))
