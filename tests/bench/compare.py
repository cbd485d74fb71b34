#!/usr/bin/env python3
"""Times our programs and the named peers in turn, with the same input, and prints a JSON list of
{"work", "ours_s", "peer", "peer_version", "peer_s", "ratio"} (ratio = peer / ours, medians); where memory is part of the
comparison also "ours_peak_mb" and "peer_peak_mb", and "ours_cpu_s" and "peer_cpu_s", processor time of whole processes.
Measures without a peer have "goal" in its place.

    python3 tests/bench/compare.py ct [--build build/release] [--repeats 5]

Each case NAME is a module compare_NAME.py beside this file with `PACKAGES`, pairs of what pip installs and what Python
imports, and `run(build, repeats)`, a list of such dictionaries. The packages come from PyPI into an environment of their
own, build/peers.
"""

import argparse
import importlib
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def peer_environment(packages):
    """Python of the peers' environment with all packages in it."""
    folder = ROOT / "build" / "peers"
    python = folder / "bin" / "python3"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if any(package.startswith("torch") for package, _ in packages):
        share_libtorch(folder)
    imports = "; ".join(f"import {name}" for _, name in packages) or "pass"
    if subprocess.run([python, "-c", imports], capture_output=True).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        *[package for package, _ in packages]], check=True, stdout=sys.stderr)
    return python


def share_libtorch(folder):
    """PyTorch is the LibTorch that we link: both sides run the same library, and it is not downloaded twice."""
    for site in (ROOT / "build" / "venv" / "lib").glob("python3*/site-packages/torch"):
        for target in (folder / "lib").glob("python3*/site-packages"):
            (target / "libtorch.pth").write_text(f"{site.parent}\n")


def module_name(case):
    return "compare_" + case.replace("-", "_")


def main():
    cases = sorted(path.stem.removeprefix("compare_").replace("_", "-") for path in HERE.glob("compare_*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=cases)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE))
    module = importlib.import_module(module_name(arguments.case))
    if arguments.inside:
        print(json.dumps(module.run(arguments.build.resolve(), arguments.repeats), indent=2))
        return
    python = peer_environment(module.PACKAGES)
    sys.exit(subprocess.run([python, __file__, arguments.case, "--inside", "--build", arguments.build,
                             "--repeats", str(arguments.repeats)]).returncode)


if __name__ == "__main__":
    main()
