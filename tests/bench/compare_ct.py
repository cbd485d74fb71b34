"""A CT series from its folder to voxels in memory, uncompressed and in JPEG-LS, with peak memory: our programs against
ITK's own series reader (C++, the installed ITK), SimpleITK and pydicom with numpy. Every reading is a process of its own;
all must give the same voxel sum before anything is printed. The folder is ct-thorax in LIMN_TEST_DATA (default
../shared/data beside the repository); an uncompressed copy is made in a temporary folder first."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import measuring

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

    for path in sorted(pathlib.Path(source).glob("*.dcm")):
        dataset = pydicom.dcmread(path)
        dataset.decompress()
        dataset.save_as(pathlib.Path(target) / path.name)


def read_with_pydicom(folder):
    import numpy
    import pydicom

    start = time.perf_counter()
    slices = [pydicom.dcmread(path) for path in pathlib.Path(folder).glob("*.dcm")]
    slices.sort(key=lambda item: float(item.ImagePositionPatient[2]))
    first = slices[0]
    volume = numpy.empty((len(slices), first.Rows, first.Columns), numpy.int16)
    for index, item in enumerate(slices):
        stored = item.pixel_array.astype(numpy.int16)
        volume[index] = stored * numpy.int16(item.RescaleSlope) + numpy.int16(item.RescaleIntercept)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "sum": float(volume.sum(dtype=numpy.int64)), "version": pydicom.__version__}


def read_with_simpleitk(folder):
    import SimpleITK

    start = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
    image = reader.Execute()
    seconds = time.perf_counter() - start
    statistics = SimpleITK.StatisticsImageFilter()  # Adds up without a copy that would count as the reader's memory.
    statistics.Execute(image)
    return {"seconds": seconds, "sum": statistics.GetSum(), "version": SimpleITK.Version_VersionString()}


def limn_reader(build, folder):
    """Seconds inside the program for scanning and reading."""

    def read():
        document = measuring.run_json([build / "bin" / "limn", "scan", folder, "--read", "--json"])
        series = document["series"][0]
        return {"seconds": document["scan_seconds"] + series["seconds"], "scan": document["scan_seconds"],
                "sum": float(series["sum"]), "peak_mb": document["peak_mb"], "cpu_s": document["cpu_s"]}

    return read


def compare_folder(build, folder, work, repeats):
    bench = build / "bin" / "bench_ct"
    readers = [
        limn_reader(build, folder),
        lambda: measuring.run_json([bench, "--once", "first", folder]),
        lambda: measuring.run_json([bench, "--once", "itk", folder]),
        lambda: measuring.run_json([sys.executable, __file__, "simpleitk", folder]),
        lambda: measuring.run_json([sys.executable, __file__, "pydicom", folder]),
    ]
    ours, first, *peers = measuring.medians_in_turn(readers, repeats)
    rows = [{"work": f"{work}: scan", "ours_s": measuring.digits4(ours["scan"])},
            {"work": f"{work}: folder to first picture", "ours_s": measuring.digits4(first["seconds"]), "goal": "under 0.15 s"}]
    for name, theirs in zip(["ITK, C++", "SimpleITK", "pydicom"], peers):
        # ITK adds up floating point numbers: equal to ten digits.
        if abs(theirs["sum"] - ours["sum"]) > 1e-10 * abs(ours["sum"]):
            raise SystemExit(f"{name} reads other voxels in {folder}: sum {theirs['sum']}, ours {ours['sum']}.")
        rows.append(measuring.row(f"{work}: folder to all voxels", ours, name, theirs["version"], theirs))
    return rows


def run(build, repeats):
    source = source_folder()
    with tempfile.TemporaryDirectory() as plain:
        subprocess.run([sys.executable, __file__, "uncompress", source, plain], check=True)
        rows = compare_folder(build, plain, "275-slice CT, uncompressed", repeats)
    return rows + compare_folder(build, source, "275-slice CT, JPEG-LS", repeats)


if __name__ == "__main__":
    peer, *folders = sys.argv[1:]
    if peer == "uncompress":
        write_uncompressed(*folders)
    else:
        print(json.dumps({"pydicom": read_with_pydicom, "simpleitk": read_with_simpleitk}[peer](*folders)))
