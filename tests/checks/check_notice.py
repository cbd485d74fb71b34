#!/usr/bin/env python3
"""NOTICE.md names every package that packaging/ installs, those that are pinned with their version: check_notice.py ROOT"""
import pathlib
import re
import sys


def debian_packages(setup: str) -> set[str]:
    """Of the arrays debian_... of setup.sh."""
    return {word for array in re.findall(r"^debian_\w+=\(([^)]*)\)", setup, re.M) for word in array.split()}


def pinned_packages(root: pathlib.Path, setup: str) -> dict[str, str]:
    pinned = dict(re.findall(r"(@[\w/-]+)@([\d.]+)", setup))
    for file in (root / "packaging").glob("requirements*.txt"):
        lines = file.read_text()
        pinned.update(re.findall(r"^([\w.-]+)==(\S+)", lines, re.M))
        for name in re.findall(r"^([\w.-]+)==", lines, re.M):
            if not re.search(rf"^{re.escape(name)}==\S+ \\\n\s+--hash=sha256:[0-9a-f]{{64}}", lines, re.M):
                print(f"{file.name}: {name} has no hash")
                sys.exit(1)
    return pinned


def noticed(notice: str) -> dict[str, str]:
    """Version by package, from the tables' second and last columns."""
    rows = (line.strip("|").split("|") for line in notice.splitlines() if line.startswith("| "))
    return {name: row[1].strip() for row in rows if len(row) >= 4 for name in row[-1].split()}


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    setup = (root / "packaging" / "setup.sh").read_text()
    versions = noticed((root / "NOTICE.md").read_text())
    problems = [f"{name} is not in NOTICE.md" for name in sorted(debian_packages(setup)) if name not in versions]
    for name, version in sorted(pinned_packages(root, setup).items()):
        if versions.get(name) != version:
            problems.append(f"{name} {version} is not in NOTICE.md (there: {versions.get(name, 'nothing')})")
    print("\n".join(problems) or f"{len(versions)} packages are noticed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
