"""One frame of 512x512 through every codec, one thread, in processor time (which other work disturbs least): our decoders against the libraries that pydicom can call (libjpeg,
OpenJPEG and CharLS by way of pylibjpeg and pyjpegls, and gdcm), on the same streams. The sums of the samples must agree, in
lossy JPEG to one grey level a pixel, before any time is printed."""

import importlib.metadata
import json
import pathlib
import statistics
import sys
import tempfile
import time

import measuring

PACKAGES = [
    ("pydicom>=3", "pydicom"),
    ("numpy", "numpy"),
    ("pylibjpeg", "pylibjpeg"),
    ("pylibjpeg-libjpeg", "libjpeg"),
    ("pylibjpeg-openjpeg", "openjpeg"),
    ("pylibjpeg-rle", "rle"),
    ("pyjpegls", "jpeg_ls"),
    ("python-gdcm", "gdcm"),
]
DISTRIBUTIONS = {"pylibjpeg": "pylibjpeg", "pyjpegls": "pyjpegls", "gdcm": "python-gdcm"}
PIXELS = 512 * 512


def our_times(build):
    output, _ = measuring.run_program([build / "bin" / "bench_decode", "--benchmark_format=json"])
    return {case["name"]: case for case in json.loads(output)["benchmarks"]}


def peer_seconds(path, plugin, repeats):
    """Median seconds for one frame and the sum of its samples; None when the peer cannot decode it."""
    import pydicom
    from pydicom.pixels import get_decoder

    dataset = pydicom.dcmread(path)
    decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
    if plugin not in decoder.available_plugins:
        return None
    seconds = []
    try:
        for _ in range(repeats + 1):
            start = time.process_time()
            array, _ = decoder.as_array(dataset, decoding_plugin=plugin, raw=True)
            seconds.append(time.process_time() - start)
    except RuntimeError as error:
        print(f"{path.name}: {plugin} cannot decode it: {error}", file=sys.stderr)
        return None
    return statistics.median(seconds[1:]), float(array.sum(dtype="int64"))


def run(build, repeats):
    rounds = [our_times(build) for _ in range(repeats)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        measuring.run_program([build / "bin" / "bench_decode", "--write", folder])
        for path in sorted(pathlib.Path(folder).glob("*.dcm")):
            ours = statistics.median(times[path.stem]["cpu_time"] for times in rounds) / 1000
            for plugin, distribution in DISTRIBUTIONS.items():
                found = peer_seconds(path, plugin, 4 * repeats)
                if found is None:
                    continue
                difference = abs(found[1] - rounds[0][path.stem]["sum"]) / PIXELS
                if difference > (1 if path.stem in ("jpegBaseline", "jpegExtended") else 0):
                    raise SystemExit(f"{plugin} decodes {path.name} to other samples: {difference} a pixel on average.")
                rows.append(measuring.row(f"one frame of 512x512, {path.stem}", {"seconds": ours}, plugin,
                                          importlib.metadata.version(distribution), {"seconds": found[0]}))
    return rows
