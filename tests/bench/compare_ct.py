"""A CT series from its folder to voxels in memory, uncompressed and in JPEG-LS: `limn scan --read --json` against pydicom with numpy
and SimpleITK. All must give the same voxel sum before any time is printed. The folder is ct-thorax in LIMN_TEST_DATA
(default ../shared/data beside the repository); an uncompressed copy is made in a temporary folder first."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

PACKAGES = [
    ("pydicom>=3", "pydicom"),
    ("numpy", "numpy"),
    ("pylibjpeg", "pylibjpeg"),
    ("python-gdcm", "gdcm"),
    ("SimpleITK", "SimpleITK"),
]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def source_folder():
    data = pathlib.Path(os.environ.get("LIMN_TEST_DATA", ROOT.parent / "shared" / "data"))
    folder = data / "ct-thorax"
    if not folder.is_dir():
        raise SystemExit(f"compare.py ct needs the folder ct-thorax in LIMN_TEST_DATA, which is {data}.")
    return folder


def write_uncompressed(source, target):
    import pydicom

    for path in sorted(source.glob("*.dcm")):
        dataset = pydicom.dcmread(path)
        dataset.decompress()
        dataset.save_as(target / path.name)


def read_with_limn(build, folder):
    """Seconds inside the program for scanning and reading, and the voxel sum."""
    output = subprocess.run([build / "bin" / "limn", "scan", folder, "--read", "--json"], capture_output=True, check=True)
    document = json.loads(output.stdout)
    series = document["series"][0]
    return document["scan_seconds"] + series["seconds"], series["sum"]


def read_with_pydicom(folder):
    import numpy
    import pydicom

    start = time.perf_counter()
    slices = [pydicom.dcmread(path) for path in folder.glob("*.dcm")]
    slices.sort(key=lambda item: float(item.ImagePositionPatient[2]))
    first = slices[0]
    volume = numpy.empty((len(slices), first.Rows, first.Columns), numpy.int16)
    for index, item in enumerate(slices):
        stored = item.pixel_array.astype(numpy.int16)
        volume[index] = stored * numpy.int16(item.RescaleSlope) + numpy.int16(item.RescaleIntercept)
    return time.perf_counter() - start, float(volume.sum(dtype=numpy.int64))


def read_with_simpleitk(folder):
    import SimpleITK

    start = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    image = reader.Execute()
    seconds = time.perf_counter() - start
    return seconds, float(SimpleITK.GetArrayViewFromImage(image).astype("int64").sum())


def measure(read, repeats):
    """Median seconds over `repeats` after one run that warms the page cache, and the sum."""
    results = [read() for _ in range(repeats + 1)]
    return statistics.median(seconds for seconds, _ in results[1:]), results[0][1]


def compare_folder(build, folder, work, repeats):
    import pydicom
    import SimpleITK

    ours, total = measure(lambda: read_with_limn(build, folder), repeats)
    peers = {
        "pydicom": (pydicom.__version__, read_with_pydicom),
        "SimpleITK": (SimpleITK.Version_VersionString(), read_with_simpleitk),
    }
    rows = []
    for name, (version, read) in peers.items():
        seconds, their_total = measure(lambda read=read: read(folder), repeats)
        if their_total != total:
            raise SystemExit(f"{name} reads other voxels in {folder}: sum {their_total}, ours {total}.")
        rows.append({"work": work, "ours_s": round(ours, 4), "peer": name, "peer_version": version,
                     "peer_s": round(seconds, 4), "ratio": round(seconds / ours, 2)})
    return rows


def run(build, repeats):
    source = source_folder()
    with tempfile.TemporaryDirectory() as temporary:
        plain = pathlib.Path(temporary)
        write_uncompressed(source, plain)
        rows = compare_folder(build, plain, "275-slice CT, folder to voxels, uncompressed", repeats)
    return rows + compare_folder(build, source, "275-slice CT, folder to voxels, JPEG-LS", repeats)
