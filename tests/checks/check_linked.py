"""Fails when a program is linked, directly or not, to a library whose name holds one of the given words."""
import subprocess
import sys

program, words = sys.argv[1], sys.argv[sys.argv.index("--never") + 1:]
linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.splitlines()
bad = [line.strip() for line in linked if any(word in line.split("=>")[0] for word in words)]
print("\n".join(bad) or f"{len(linked)} libraries, none of {', '.join(words)}")
sys.exit(1 if bad else 0)
