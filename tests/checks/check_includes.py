"""Fails on an #include that crosses a layer. The rules are data: layers.json beside this file."""
import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
rules = json.loads((pathlib.Path(__file__).parent / "layers.json").read_text())
third_party = {name: re.compile(pattern) for name, pattern in rules["third_party"].items()}
include = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
own_folders = {"app", "ui", "imaging", "models", "annotations"}


def public_headers():
    """Those that a target shows to others: the HEADERS of its limn_add_library."""
    shown = set()
    for lists in [*root.glob("*/CMakeLists.txt"), *root.glob("*/*/CMakeLists.txt")]:
        for block in re.findall(r"\bHEADERS\b(.*?)(?=\b(?:PUBLIC|PRIVATE|SOURCES)\b|\))", lists.read_text(encoding="utf-8"), re.S):
            shown |= {(lists.parent / name).relative_to(root).as_posix() for name in block.split()}
    return shown


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def problems_of(path, name):
    folder = max((f for f in rules["folders"] if within(path, f)), key=len, default=None)
    if folder is None:
        return
    rule = rules["folders"][folder]
    for kind in rule["forbidden"]:
        if third_party[kind].match(name):
            yield f"{kind} headers do not belong in {folder}"
    if path in public:
        for kind in rules["public_headers_never_show"].get(path.split("/")[0], []):
            if third_party[kind].match(name):
                yield f"a header of {folder} must not show {kind}"
    top = name.split("/")[0]
    if top in own_folders and "/" in name:
        if not any(within(name, allowed) for allowed in rule["own"]):
            yield f"{folder} must not include {top}"
        only = rule.get("own_headers", {}).get(top)
        if only is not None and name not in only:
            yield f"{folder} may include only the plain structs of {top}"


public = public_headers()
found = []
files = 0
for folder in sorted(own_folders):
    for file in sorted((root / folder).rglob("*")):
        if file.suffix not in {".h", ".cpp"}:
            continue
        files += 1
        path = file.relative_to(root).as_posix()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = include.match(line)
            if match:
                found += [f"{path}:{number}: {match[2]}: {why}" for why in problems_of(path, match[2])]
print("\n".join(found) or f"{files} files keep to the layers")
sys.exit(1 if found or files == 0 else 0)
