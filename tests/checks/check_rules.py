"""Fails on what CONTRIBUTING forbids and a program can see. The exceptions, each with its reason, are data: rules.json."""
import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
rules = json.loads((pathlib.Path(__file__).parent / "rules.json").read_text(encoding="utf-8"))
layers = json.loads((pathlib.Path(__file__).parent / "layers.json").read_text(encoding="utf-8"))
include = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
design_page = re.compile(r"\b(?:product|architecture|next-structure|style|stack|lvit|vlm|dicom)\.md\b")


def texts(*folders):
    return {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
            for folder in folders for file in sorted((root / folder).rglob("*")) if file.suffix in {".h", ".cpp"}}


def own_header_first(sources):
    for path, text in sources.items():
        header = path[:-4] + ".h"
        if path.endswith(".cpp") and header in sources and include.findall(text)[:1] != [header]:
            yield f"{path}: its first #include is not its own header"


def tested(sources, tests):
    """What another folder uses is included by a test, or rules.json says which test goes through it."""
    named = {name for text in tests.values() for name in include.findall(text)}
    for header in sorted({name for path, text in sources.items() for name in include.findall(text)
                          if name.split("/")[0] != path.split("/")[0]}):
        if header[:-2] + ".cpp" in sources and header not in named and header not in rules["tested_through"]:
            yield f"{header}: other folders use it and no test includes it"
    for header, test in rules["tested_through"].items():
        if header not in sources or test not in tests or header in named:
            yield f"rules.json: {header} is gone, has a test of its own, or has none in {test}"


def short_enough(sources):
    for path, text in sources.items():
        lines = text.count("\n")
        if lines > rules["most_lines"] and path not in rules["longer"]:
            yield f"{path}: {lines} lines; over {rules['most_lines']} it does more than one thing"


def namespace_of(path):
    """The layer, in models the folder, too; rules.json has the folders that are otherwise."""
    folders = path.split("/")[:-1]
    for depth in range(len(folders), 0, -1):
        if named := rules["namespaces"].get("/".join(folders[:depth])):
            return named
    return "::".join(folders[:2] if folders[0] == "models" else folders[:1])


def in_its_namespace(sources):
    for path, text in sources.items():
        wanted = namespace_of(path)
        if not re.search(rf"^namespace {wanted}(?:::(?:detail|tags))?\s*\{{", text, re.M) and "namespace" in text and not path.endswith("main.cpp"):
            yield f"{path}: nothing in it lies in namespace {wanted}"
    for folder in rules["namespaces"]:
        if not any(path.startswith(folder + "/") for path in sources):
            yield f"rules.json: there is no folder {folder} any more"


def shares_what_is_constant(sources):
    """Torch's modules are shared by Torch itself; what make_shared gives to a callback is that callback's."""
    shares = re.compile(r"\bshared_ptr<(?!const )([\w:]+)")
    used = set()
    for path, text in sources.items():
        shared = None if path.startswith("models/") else shares.search(comment.sub("", text))
        if not shared:
            continue
        allowed = {place for place in rules["shares"] if path.startswith(place)}
        used |= allowed
        if not allowed:
            yield f"{path}: shares {shared[1]}, which may change; pass a value or a unique_ptr"
    for place in sorted(rules["shares"].keys() - used):
        yield f"rules.json: {place} shares nothing that may change any more"


literal = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
comment = re.compile(r"^\s*(?://|\*).*$", re.M)
option = re.compile(r"--[a-z][a-z-]+")


def names_no_option(sources):
    """What the window says, too, holds for both: the command line adds its option (imaging::Error::about). A whole
    command, "limn ... --x", may be told to anyone."""
    for path, text in sources.items():
        if path.startswith("app/cli/") or path.endswith("main.cpp") or path in rules["names_options"]:
            continue
        # Literals that follow one another are one.
        for said in literal.findall(re.sub(r'"\s*\n\s*"', "", comment.sub("", text))):
            named = option.search(said)
            if named and "limn " not in said[:named.start()]:
                yield f"{path}: \"{named[0]}\" is an option of the command line; say what is meant, and Error::about"
    for path in rules["names_options"]:
        if not any(option.search(said) for said in literal.findall(sources.get(path, ""))):
            yield f"rules.json: {path} names no option any more"


def cites_what_is_here(everything):
    for path, text in everything.items():
        for number, line in enumerate(text.splitlines(), 1):
            if design_page.search(line):
                yield f"{path}:{number}: cites a page that is not in the repository"


def table_of_models_is_true(text, layers):
    """ARCHITECTURE's table says of each folder of models what layers.json lets it include."""
    folders = {name.removeprefix("models/"): rule["own"] for name, rule in layers.items() if name.startswith("models/")}
    rows = dict(re.findall(r"^\| `([\w/]+)` \|.*\| *([^|]*?) *\|$", text.partition("## Inside models")[2].partition("\n## ")[0], re.M))
    families = {name for name in rows if rows[name] == "all but other families"}
    for name in sorted(rows.keys() ^ folders.keys()):
        yield f"ARCHITECTURE.md: its table and layers.json do not both have models/{name}"
    for name in rows.keys() & folders.keys():
        own_name = name.split("/")[0]
        allowed = {own.split("/")[1] for own in folders[name] if own.startswith("models/")} - {own_name}
        general = {row for row in rows.keys() - families if "/" not in row}
        said = general - {name} if name in families else set(re.findall(r"\w+", rows[name])) & rows.keys()
        if said != allowed:
            yield f"ARCHITECTURE.md says of models/{name} {sorted(said)}, layers.json {sorted(allowed)}"


sources = texts("imaging", "annotations", "models", "ui", "app")
tests = texts("tests")
found = [*own_header_first(sources), *tested(sources, tests), *short_enough(sources), *in_its_namespace(sources), *shares_what_is_constant(sources),
         *names_no_option(sources),
         *cites_what_is_here(sources | tests),
         *table_of_models_is_true((root / "ARCHITECTURE.md").read_text(encoding="utf-8"), layers["folders"])]
print("\n".join(found) or f"{len(sources)} files keep to the rules")
sys.exit(1 if found or not sources else 0)
