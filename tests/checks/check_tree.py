"""Fails on what must not be in the tree: folders nobody planned, big files, paths of one machine, headers without #pragma once."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=False)
if listed.returncode != 0:
    print("not a git checkout: nothing to check")
    sys.exit(0)
folders = {"app", "ui", "imaging", "models", "annotations", "resources", "tests", "packaging", ".ci"}
machine_path = re.compile(r"(^|[^A-Za-z0-9._$})-])/(home|root|work)/[A-Za-z]")
found = []
for name in listed.stdout.splitlines():
    path = root / name
    if not path.is_file():
        continue
    top = name.split("/")[0]
    if "/" in name and top not in folders:
        found.append(f"{name}: no folder \"{top}\" is planned")
    if "/" not in name and not (name.startswith(".") or name.endswith(".md") or name in {"CMakeLists.txt", "CMakePresets.json"}):
        found.append(f"{name}: only build files, Markdown and dotfiles lie at the top")
    if path.stat().st_size > 1 << 20 and not name.startswith("resources/models/"):
        found.append(f"{name}: over 1 MB; fixtures are generated")
    if path.suffix in {".png", ".safetensors", ".jpg", ".nii", ".gz", ".npy"}:
        continue
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        if machine_path.search(line):
            found.append(f"{name}:{number}: a path of one machine")
    if path.suffix == ".h" and "#pragma once" not in text:
        found.append(f"{name}: no #pragma once")
print("\n".join(found) or "the tree is as planned")
sys.exit(1 if found else 0)
