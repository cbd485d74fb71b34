"""Prints what pydicom reads from an RT Structure Set, filled by NumPy alone: pixels whose centres lie within, by structure
and slice.

Usage: read_structures.py FILE '[columns, rows, slices, spacing x3, origin x3, axes x9]'
"""
import json
import sys

import numpy
import pydicom

data = pydicom.dcmread(sys.argv[1])
numbers = json.loads(sys.argv[2])
columns, rows, slices = (int(n) for n in numbers[:3])
spacing = numpy.array(numbers[3:6])
origin = numpy.array(numbers[6:9])
axes = numpy.array(numbers[9:18]).reshape(3, 3)


def inside(points):
    """By the even-odd rule at the centre of every pixel."""
    result = numpy.zeros((rows, columns), bool)
    x = numpy.arange(columns)
    for (x0, y0), (x1, y1) in zip(points, numpy.roll(points, -1, axis=0)):
        if y0 == y1:
            continue
        low, high = sorted((y0, y1))
        for row in range(max(0, int(numpy.ceil(low))), min(rows, int(numpy.ceil(high)))):
            result[row] ^= x >= x0 + (x1 - x0) * (row - y0) / (y1 - y0)
    return result


names = {int(roi.ROINumber): str(roi.ROIName) for roi in data.StructureSetROISequence}
pixels = {}
for roi in data.ROIContourSequence:
    planes = {}
    for contour in roi.ContourSequence:
        assert contour.ContourGeometricType == "CLOSED_PLANAR"
        points = numpy.array(contour.ContourData, float).reshape(-1, 3)
        assert len(points) == int(contour.NumberOfContourPoints)
        index = (points - origin) @ axes.T / spacing
        assert numpy.abs(index[:, 2] - numpy.round(index[0, 2])).max() < 1e-3
        plane = planes.setdefault(int(round(index[0, 2])), numpy.zeros((rows, columns), bool))
        plane ^= inside(index[:, :2])
    pixels[names[int(roi.ReferencedROINumber)]] = {str(s): int(plane.sum()) for s, plane in planes.items()}
print(json.dumps({"modality": data.Modality, "pixels": pixels}))
