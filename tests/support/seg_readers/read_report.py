"""Prints what highdicom reads from a measurement report (TID 1500).

Usage: read_report.py FILE
"""
import json
import sys

import highdicom
from highdicom.sr import CodedConcept

report = highdicom.sr.srread(sys.argv[1])
content = report.content
groups = list(content.get_volumetric_roi_measurement_groups()) + list(content.get_planar_roi_measurement_groups())
result = []
for group in groups:
    measurements = []
    for measurement in group.get_measurements():
        derivation = measurement.derivation
        measurements.append({
            "name": measurement.name.value,
            "value": float(measurement.value),
            "unit": measurement.unit.value,
            "derivation": derivation.value if derivation is not None else "",
        })
    finding = group.finding_type
    sites = group.finding_sites
    planar = hasattr(group, "referenced_segmentation_frame")
    reference = group.referenced_segmentation_frame if planar else group.referenced_segment
    item = next(i for i in reference if "ReferencedSOPSequence" in i)
    result.append({
        "tracking_id": group.tracking_identifier,
        "tracking_uid": group.tracking_uid,
        "finding": finding.value if finding is not None else "",
        "site": sites[0].value.value if sites else "",
        "laterality": sites[0].laterality.value if sites and sites[0].laterality is not None else "",
        "reference": type(reference).__name__,
        # Each segment of a picture of one slice has one frame, in the order of the segments.
        "segment": int(item.ReferencedSOPSequence[0][
            "ReferencedFrameNumber" if planar else "ReferencedSegmentNumber"].value),
        "measurements": measurements,
    })
evaluations = {}
for item in report.ContentSequence:
    if item.ConceptNameCodeSequence[0].CodeMeaning == "Qualitative Evaluations":
        for text in item.ContentSequence:
            evaluations[text.ConceptNameCodeSequence[0].CodeValue] = str(text.TextValue)
print(json.dumps({"groups": result, "evaluations": evaluations, "modality": report.Modality}))
