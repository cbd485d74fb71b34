"""Whole programs: the first window warm and cold, `limn scan` of one file beside a Python that does the same with pydicom, and
the peak memory of the workstation with ct-thorax open (folder in LIMN_TEST_DATA, default ../shared/data beside the
repository). The window appears on the platform that QT_QPA_PLATFORM or DISPLAY names, offscreen without them.

"Cold" means that the program, its libraries, Qt's plugins and the fonts have left the page cache. Pages that another running
program has mapped stay, so the major page faults are told too: few of them mean that the start was not cold."""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import measuring

PACKAGES = [("pydicom>=3", "pydicom")]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOST_MEMORY = 2.2  # Times the voxels.


def files_of_start(program):
    """Everything on disk that starting the program reads, as far as it can be told from outside."""
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    files = [program, *re.findall(r"(/\S+) \(0x", listing)]
    for folder in ("/usr/share/fonts", "/var/cache/fontconfig", *pathlib.Path("/usr/lib").glob("*/qt6/plugins")):
        files += [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    return [os.path.realpath(file) for file in files]


def drop_from_cache(files):
    os.sync()
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def start_window(program, folder):
    """Milliseconds until the first window was painted, as the program says, and its major page faults."""
    environment = {**os.environ}
    if "QT_QPA_PLATFORM" not in environment and "DISPLAY" not in environment:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    process = subprocess.Popen([program, "--print-startup-time", "--data-folder", folder], env=environment,
                               stderr=subprocess.PIPE, text=True)
    painted = None
    for line in process.stderr:
        painted = re.match(r"first window painted after (\d+) ms", line)
        if painted:
            break
    process.terminate()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    if not painted:
        raise SystemExit("The workstation did not say when its first window was painted.")
    return int(painted[1]), usage.ru_majflt


def window_rows(build, folder, repeats):
    program = str(build / "bin" / "limn-workstation")
    files = files_of_start(program)
    start_window(program, folder)
    warm = [start_window(program, folder) for _ in range(repeats)]
    cold = []
    for _ in range(repeats):
        drop_from_cache(files)
        cold.append(start_window(program, folder))
    return [{"work": f"first window, {state}", "ours_s": statistics.median(ms for ms, _ in starts) / 1000, "goal": goal,
             "major_faults": statistics.median(faults for _, faults in starts)}
            for state, starts, goal in (("warm", warm, "under 0.5 s"), ("cold", cold, "under 1.2 s"))]


def timed_program(arguments):
    start = time.perf_counter()
    document = measuring.run_json(arguments)
    return {"seconds": time.perf_counter() - start, **document}


def scan_row(build, file, repeats):
    code = ("import json, pydicom; d = pydicom.dcmread(%r, stop_before_pixels=True); "
            "print(json.dumps({'version': pydicom.__version__, 'uid': d.SeriesInstanceUID}))" % str(file))
    ours, theirs = measuring.medians_in_turn(
        [lambda: timed_program([build / "bin" / "limn", "scan", file, "--json"]),
         lambda: timed_program([sys.executable, "-c", code])], repeats)
    return measuring.row("headers of one file, whole process", ours, "Python with pydicom", theirs["version"], theirs) | {
        "goal": "under 0.1 s"}


def memory_row(build, folder, temporary):
    environment = {} if "DISPLAY" in os.environ else {"QT_QPA_PLATFORM": "offscreen"}
    screenshot = f"{temporary}/open.png"
    _, usage = measuring.run_program([build / "bin" / "limn-workstation", folder, "--screenshot", screenshot, "--data-folder",
                                     temporary], **environment)
    document = measuring.run_json([build / "bin" / "limn", "scan", folder, "--json"])
    series = document["series"][0]
    voxels = 2 * series["columns"] * series["rows"] * series["slices"] / 1e6
    return {"work": "memory of the workstation with ct-thorax open", "ours_peak_mb": round(usage["peak_mb"]),
            "goal": f"under {MOST_MEMORY * voxels:.0f} MB", "times_its_voxels": round(usage["peak_mb"] / voxels, 2)}


def run(build, repeats):
    data = pathlib.Path(os.environ.get("LIMN_TEST_DATA", ROOT.parent / "shared" / "data"))
    folder = data / "ct-thorax"
    if not folder.is_dir():
        raise SystemExit(f"compare.py start needs the folder ct-thorax in LIMN_TEST_DATA, which is {data}.")
    with tempfile.TemporaryDirectory() as temporary:
        rows = [scan_row(build, sorted(folder.glob("*.dcm"))[0], max(repeats, 10)), memory_row(build, folder, temporary)]
        return rows + window_rows(build, temporary, repeats)  # Last, since it empties the page cache.
