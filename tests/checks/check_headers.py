"""Fails when a header does not compile alone. Headers that need Torch are left out: each would cost half a minute."""
import concurrent.futures
import pathlib
import re
import subprocess
import sys

root, compiler = pathlib.Path(sys.argv[1]), sys.argv[2]


def command(header):
    return [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-fPIC", "-I", str(root), "-DQT_NO_KEYWORDS",
            "-x", "c++", *qt_flags(), *itk_flags(), *vtk_flags(), "-include", str(header), "/dev/null"]


def qt_flags():
    found = subprocess.run(["pkg-config", "--cflags", "Qt6Widgets", "Qt6Svg"], capture_output=True, text=True, check=False)
    if found.returncode == 0 and found.stdout.strip():
        return found.stdout.split()
    base = pathlib.Path("/usr/include/x86_64-linux-gnu/qt6")
    return ["-I", str(base), *(f"-I{base / module}" for module in ("QtCore", "QtGui", "QtWidgets", "QtSvg"))]


def itk_flags():
    return [flag for folder in sorted(pathlib.Path("/usr/include").glob("ITK-*")) for flag in ("-isystem", str(folder))]


def vtk_flags():
    """Where FindVTKParts looks: packaging/setup.sh lays the headers there."""
    folders = [root / "build/vtk/usr/include/vtk-9.1", *sorted(pathlib.Path("/usr/include").glob("vtk-9.*"))]
    return [flag for folder in folders if folder.is_dir() for flag in ("-isystem", str(folder))]


def needs_torch(header, seen):
    if header in seen or not header.is_file():
        return False
    seen.add(header)
    for name in re.findall(r'#\s*include\s*[<"]([^>"]+)[>"]', header.read_text(encoding="utf-8")):
        if re.match(r"(torch|ATen|c10)/", name) or needs_torch(root / name, seen):
            return True
    return False


headers = [h for folder in ("imaging", "annotations", "models", "ui", "app") for h in sorted((root / folder).rglob("*.h"))]
headers = [h for h in headers if not needs_torch(h, set())]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    results = list(pool.map(lambda h: (h, subprocess.run(command(h), capture_output=True, text=True, check=False)), headers))
failed = [(h, r) for h, r in results if r.returncode != 0]
for header, result in failed:
    print(f"{header.relative_to(root)} does not compile alone:\n{result.stderr[:2000]}")
print(f"{len(headers) - len(failed)} of {len(headers)} headers compile alone")
sys.exit(1 if failed or not headers else 0)
