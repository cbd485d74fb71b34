"""Fails on an #include that crosses a layer: check_includes.py ROOT. The rules are data: layers.json beside this file."""
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


def rules_of(path):
    """Those of the folders that hold the file, the innermost one last. What is forbidden adds up over them, and which
    headers of a layer may be seen; which layers they are is the innermost one's to say."""
    return [rules["folders"][folder] for folder in sorted((f for f in rules["folders"] if within(path, f)), key=len)]


def includes_of(path):
    """Line, bracket and name of each."""
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    return [(number, match[1], match[2]) for number, line in enumerate(lines, 1) if (match := include.match(line))]


def problems_of(path, name):
    folder = path.rsplit("/", 1)[0]
    for rule in rules["only_from"]:
        if match := re.match(rule["headers"], name):
            allowed = [kept.format(**match.groupdict()) for kept in rule["folders"]]
            if not any(within(path, kept) for kept in allowed):
                yield f"{name} is for {', '.join(allowed) or 'nobody'} alone, not for {folder}"
    found = rules_of(path)
    if not found:
        return
    for kind in sorted({kind for rule in found for kind in rule.get("forbidden", [])}):
        if third_party[kind].match(name):
            yield f"{kind} headers do not belong in {folder}"
    if path in public:
        for kind in rules["public_headers_never_show"].get(path.split("/")[0], []):
            if third_party[kind].match(name):
                yield f"a header of {folder} must not show {kind}"
    if ".." in name.split("/"):
        yield f"{name} is named on a way that the rules do not see: write it from the root"
        return
    top = name.split("/")[0]
    if top not in own_folders or "/" not in name:
        return
    if not any(within(name, allowed) for allowed in found[-1]["own"]):
        yield f"{folder} must not include {name.rsplit('/', 1)[0]}"
    for rule in found:
        if any(within(name, kept) for kept in rule.get("not_headers", [])):
            yield f"{folder} must not include {name}"
        only = rule.get("own_headers", {}).get(top)
        if only is not None and name not in only:
            yield f"{folder} may include only the plain structs of {top}"


def without_rule(path):
    """A folder inside one of `every_folder_has_a_rule` that none speaks of, such as that of a new family of models."""
    top, *rest = path.split("/")
    if top in rules["every_folder_has_a_rule"] and len(rest) > 1:
        folder = f"{top}/{rest[0]}"
        if folder not in rules["folders"]:
            yield f"{path}: layers.json has no rule for {folder}"


def reached(path, seen):
    """Every header that the file includes, directly or not."""
    for _, _, name in includes_of(path):
        if name not in seen:
            seen.add(name)
            if (root / name).is_file():
                reached(name, seen)
    return seen


def never_reached(path):
    for kind in sorted({kind for rule in rules_of(path) for kind in rule.get("never_reaches", [])}):
        if bad := sorted(name for name in reached(path, set()) if third_party[kind].match(name)):
            yield f"{path}: reaches {bad[0]}, but must need no {kind}"


public = public_headers()
found = []
files = 0
for folder in sorted(own_folders):
    for file in sorted((root / folder).rglob("*")):
        if file.suffix not in {".h", ".cpp"}:
            continue
        files += 1
        path = file.relative_to(root).as_posix()
        found += without_rule(path)
        found += never_reached(path)
        for number, _, name in includes_of(path):
            found += [f"{path}:{number}: {name}: {why}" for why in problems_of(path, name)]
print("\n".join(found) or f"{files} files keep to the layers")
sys.exit(1 if found or files == 0 else 0)
