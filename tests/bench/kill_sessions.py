"""Kills a program at random moments of random work, 1,000 times, and compares what comes back with what was synced.

    python3 tests/bench/kill_sessions.py build/release/tests/tst_killed_session [--kills 1000] [--seed 0]

The test program does it 50 times in the suite; this runs it with other seeds, in parts, so that a failure is known by its seed.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program", type=pathlib.Path)
parser.add_argument("--kills", type=int, default=1000)
parser.add_argument("--seed", type=int, default=0)
arguments = parser.parse_args()

part = 100
began = time.monotonic()
for first in range(0, arguments.kills, part):
    kills = min(part, arguments.kills - first)
    variables = {**os.environ, "LIMN_KILLS": str(kills), "LIMN_SEED": str(arguments.seed + 1000 + first)}
    run = subprocess.run([arguments.program.resolve()], env=variables, capture_output=True, text=True, check=False)
    line = next((line for line in run.stdout.splitlines() if " kills; " in line), "")
    print(f"seed {arguments.seed + 1000 + first}: {line.split(' : ')[-1] or 'failed'}", flush=True)
    if run.returncode != 0:
        print(run.stdout)
        sys.exit(1)
print(f"{arguments.kills} kills, nothing that was synced was lost ({time.monotonic() - began:.0f} s)")
