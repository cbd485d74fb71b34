"""A BLIP-2 or InstructBLIP of its published size writes once: seconds and peak memory of the program.

    python3 tests/bench/full_blip2.py opt /tmp/full --input cxr.dcm --type bf16 [--program build/release/bin/limn]

The folder is made by tests/support/make_blip2.py when it is not there: 7.5 GB of 16-bit numbers of opt, 7.9 of t5, 8.0 of
instruct-t5, 15.8 of instruct-llama, twice that in float32. What it writes means nothing."""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import make_blip2  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("kind", choices=["opt", "t5", "instruct-t5", "instruct-llama"])
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--input", required=True)
parser.add_argument("--type", choices=["f32", "bf16", "f16"], default="bf16")
parser.add_argument("--program", default="build/release/bin/limn")
parser.add_argument("--tokens", type=int, default=10)
given, more = parser.parse_known_args()  # More goes to `limn caption`.
if not (given.folder / "config.json").exists():
    print(f"{make_blip2.make(given.kind, given.folder, 'full', given.type):,} parameters")
begin = time.monotonic()
command = [given.program, "caption", "--model", given.folder, "--input", given.input, "--prompt", "what is there?",
           "--beams", "1", "--min-tokens", str(given.tokens), "--max-tokens", str(given.tokens), "--json", *more]
result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
seconds = time.monotonic() - begin
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
if result.returncode != 0:
    sys.exit(f"limn ended with {result.returncode} after {seconds:.1f} s, at most {peak:.1f} GiB")
draft = json.loads(result.stdout)
print(f"{given.kind} {given.type}: {seconds:.1f} s in all, at most {peak:.1f} GiB; picture {draft['picture_seconds']:.1f} s, "
      f"first token after {draft['first_token_seconds']:.2f} s, {draft['tokens']} tokens in {draft['seconds']:.1f} s")
