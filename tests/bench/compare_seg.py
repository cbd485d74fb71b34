"""A SEG of 275 slices of 512x512 with two segments, written and read back: bench_seg against highdicom, on the same mask.
Our program must count the same voxels in highdicom's file before any time is printed."""

import json
import sys
import tempfile
import time

import measuring

PACKAGES = [("highdicom", "highdicom"), ("pydicom>=3", "pydicom"), ("numpy", "numpy")]
SIZE, SLICES = 512, 275


def lungs():
    """The mask of bench_seg: two ellipsoids, the lower half of each with another label."""
    import numpy

    z = (numpy.arange(SLICES) - SLICES / 2) / (SLICES / 2.2)
    y = (numpy.arange(SIZE) - SIZE / 2) / (SIZE / 4)
    x = (abs(numpy.arange(SIZE) - SIZE / 2) - SIZE / 5) / (SIZE / 7)
    inside = (z * z)[:, None, None] + (y * y)[:, None] + x * x < 1
    return inside * numpy.where(z < 0, 1, 2).astype(numpy.uint8)[:, None, None]


def source_slice(number, uid):
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    item = Dataset()
    item.file_meta = FileMetaDataset()
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.SOPClassUID, item.SOPInstanceUID = CTImageStorage, generate_uid()
    item.StudyInstanceUID, item.SeriesInstanceUID, item.FrameOfReferenceUID = uid + ".1", uid + ".2", uid + ".3"
    item.PatientName = "Bench^Mark"
    item.PatientID = item.StudyID = item.AccessionNumber = "1"
    item.PatientBirthDate = item.PatientSex = item.StudyDate = item.StudyTime = item.ReferringPhysicianName = None
    item.Modality, item.InstanceNumber = "CT", number + 1
    item.Rows = item.Columns = SIZE
    item.ImagePositionPatient, item.ImageOrientationPatient = [0, 0, 1.25 * number], [1, 0, 0, 0, 1, 0]
    item.PixelSpacing, item.SliceThickness = [0.75, 0.75], 1.25
    return item


def description(number):
    import highdicom
    from pydicom.sr.codedict import codes

    return highdicom.seg.SegmentDescription(
        number, f"Part {number}", codes.SCT.Organ, codes.SCT.Lung, highdicom.seg.SegmentAlgorithmTypeValues.MANUAL)


def time_highdicom(path):
    """Seconds to write `path` and to read it back, and the voxels of the two segments."""
    import highdicom
    import numpy
    from pydicom.uid import generate_uid

    mask, uid = lungs(), generate_uid()[:50]
    sources = [source_slice(number, uid) for number in range(SLICES)]
    start = time.perf_counter()
    highdicom.seg.Segmentation(
        sources, mask, highdicom.seg.SegmentationTypeValues.BINARY, [description(1), description(2)], generate_uid(), 2,
        generate_uid(), 1, "Limn", "Benchmark", "1", "1").save_as(path)
    write = time.perf_counter() - start
    start = time.perf_counter()
    volume = highdicom.seg.segread(path).get_volume(combine_segments=True)
    read = time.perf_counter() - start
    counts = [int((volume.array == value).sum()) for value in (1, 2)]
    if counts != [int((mask == value).sum()) for value in (1, 2)]:
        raise SystemExit("highdicom does not read back the mask that it wrote.")
    return {"write": write, "read": read, "counts": counts, "version": highdicom.__version__}


def ours(build):
    document = measuring.run_json([build / "bin" / "bench_seg", "--benchmark_format=json"])
    return {case["name"].removesuffix("Seg"): case["real_time"] / 1000 for case in document["benchmarks"]}


def run(build, repeats):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/peer.dcm"
        own, peer = measuring.medians_in_turn(
            [lambda: ours(build), lambda: measuring.run_json([sys.executable, __file__, path])], repeats)
        info = measuring.run_json([build / "bin" / "limn", "seg", "info", path, "--json"])
        if [segment["voxels"] for segment in info["segments"]] != peer["counts"]:
            raise SystemExit("We count other voxels in highdicom's file than highdicom does.")
    return [measuring.row(f"SEG of 275 slices, {work}", {"seconds": own[work]}, "highdicom", peer["version"],
                          {"seconds": peer[work]}) for work in ("write", "read")]


if __name__ == "__main__":
    print(json.dumps(time_highdicom(sys.argv[1])))
