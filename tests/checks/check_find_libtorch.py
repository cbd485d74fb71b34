#!/usr/bin/env python3
"""FindLibTorch.cmake on made-up LibTorch folders: the wheel of the private environment, LIBTORCH_ROOT, a CPU build, a CUDA
build on a machine without the CUDA toolkit, and no LibTorch at all.

    check_find_libtorch.py SOURCE_DIR
"""
import os
import pathlib
import subprocess
import sys
import tempfile

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(probe LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH "{modules}")
find_package(LibTorch REQUIRED)
add_executable(probe main.cpp)
target_link_libraries(probe PRIVATE LibTorch::LibTorch)
"""
CPU_PARTS = ("c10", "torch_cpu", "torch")
CUDA_PARTS = ("c10_cuda", "torch_cuda")


def make_libtorch(root, parts):
    """A folder with the layout of LibTorch whose libraries hold one function each."""
    (root / "include/ATen").mkdir(parents=True)
    (root / "include/torch/csrc/api/include").mkdir(parents=True)
    (root / "include/ATen/ATen.h").write_text("int answer_of_torch_cpu();\n")
    (root / "lib").mkdir()
    for part in parts:
        source = root / f"{part}.cpp"
        source.write_text(f"int answer_of_{part}() {{ return 0; }}\n")
        library = f"lib{part}.so"
        subprocess.run(["c++", "-shared", "-fPIC", f"-Wl,-soname,{library}", "-o", root / "lib" / library, source], check=True)


def make_project(folder, modules):
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(CMAKE.format(modules=modules))
    (folder / "main.cpp").write_text("#include <ATen/ATen.h>\nint main() { return answer_of_torch_cpu(); }\n")


def build(folder, *options):
    """The configure step's exit status, and the libraries that the linked program needs."""
    environment = {key: value for key, value in os.environ.items() if key != "LIBTORCH_ROOT"}
    configured = subprocess.run(["cmake", "-S", folder, "-B", folder / "out", *options], env=environment,
                                capture_output=True, text=True)
    if configured.returncode != 0:
        return configured, set()
    subprocess.run(["cmake", "--build", folder / "out"], check=True, capture_output=True)
    dynamic = subprocess.run(["readelf", "-d", folder / "out/probe"], check=True, capture_output=True, text=True).stdout
    return configured, {part for part in CPU_PARTS + CUDA_PARTS if f"[lib{part}.so]" in dynamic}


def main():
    modules = pathlib.Path(sys.argv[1]).resolve() / "packaging/cmake"
    failures = []

    def expect(what, right, detail=""):
        if not right:
            failures.append(f"{what} {detail}")

    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        make_libtorch(work / "cpu", CPU_PARTS)
        make_libtorch(work / "cuda", CPU_PARTS + CUDA_PARTS)

        make_project(work / "one", modules)
        configured, needed = build(work / "one", f"-DLIBTORCH_ROOT={work}/cpu")
        expect("a CPU build is found by LIBTORCH_ROOT", "torch_cpu" in needed, configured.stderr)
        expect("a CPU build needs no CUDA library", not needed & set(CUDA_PARTS), str(needed))

        make_project(work / "two", modules)
        configured, needed = build(work / "two", f"-DLIBTORCH_ROOT={work}/cuda")
        expect("the CUDA parts are linked although nothing names them", needed >= set(CUDA_PARTS), configured.stderr)

        make_project(work / "three", modules)
        make_libtorch(work / "three/build/venv/lib/python3.11/site-packages/torch", CPU_PARTS)
        configured, needed = build(work / "three")
        expect("the wheel of the private environment is found", "torch_cpu" in needed, configured.stderr)

        make_project(work / "four", modules)
        configured, _ = build(work / "four")
        expect("a machine without LibTorch is told so", "LibTorch" in configured.stderr and configured.returncode != 0)

    for failure in failures:
        print("FAIL:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
