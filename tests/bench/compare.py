#!/usr/bin/env python3
"""Times our programs and the named peers in turn, with the same input, and prints a JSON list of
{"work", "ours_s", "peer", "peer_version", "peer_s", "ratio"} (ratio = peer / ours, medians).

    python3 tests/bench/compare.py lvit [--build build/release] [--repeats 5]

Each case is a module compare_NAME.py beside this file with `PACKAGES` (from PyPI, installed into a private environment
under the build folder) and `run(build, repeats)`, a list of such dictionaries.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def peer_environment(case, packages):
    """Python of the private environment for one case; the project's own environment when it has all packages."""
    own = ROOT / "build" / "venv" / "bin" / "python3"
    imports = "; ".join(f"import {name}" for _, name in packages)
    if own.exists() and subprocess.run([own, "-c", imports], capture_output=True).returncode == 0:
        return own
    folder = ROOT / "build" / "peers" / case
    python = folder / "bin" / "python3"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *[package for package, _ in packages]], check=True)
    return python


def main():
    cases = sorted(path.stem.removeprefix("compare_") for path in HERE.glob("compare_*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=cases)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE))
    module = __import__(f"compare_{arguments.case}")
    if arguments.inside:
        print(json.dumps(module.run(arguments.build, arguments.repeats), indent=2))
        return
    python = peer_environment(arguments.case, module.PACKAGES)
    subprocess.run([python, __file__, arguments.case, "--inside", "--build", arguments.build,
                    "--repeats", str(arguments.repeats)], check=True)


if __name__ == "__main__":
    main()
