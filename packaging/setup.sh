#!/usr/bin/env bash
# Installs what Limn needs and is missing: Debian packages, and LibTorch with the default text encoder from PyPI into a
# private environment under build/ (the system's Python is not touched). Says what it will install before it does.
#   bash packaging/setup.sh            what building and the demo need
#   bash packaging/setup.sh --tests    also what the tests need: archives, validators, independent readers
set -euo pipefail
cd "$(dirname "$0")/.."

debian_build=(build-essential cmake ninja-build ccache mold pkg-config python3 python3-venv
  qt6-base-dev qt6-svg-dev libgl-dev fonts-dejavu-core xvfb xauth
  libinsighttoolkit5-dev libdcmtk-dev dcmtk libopenjp2-7-dev libcharls-dev
  libpng-dev libjpeg62-turbo-dev libssl-dev zlib1g-dev libzip-dev libexpat1-dev
  libvtk9.1 libx11-dev
  libspdlog-dev libfmt-dev nlohmann-json3-dev libcli11-dev libicu-dev libsentencepiece-dev libgloo-dev
  libsqlitecpp-dev libsqlite3-dev librapidcheck-dev libbenchmark-dev)
debian_tests=(orthanc dicom3tools nodejs npm curl)
node_tests=(@itk-wasm/dicom@7.6.4)

packages=("${debian_build[@]}")
wheels=(packaging/requirements.txt)
if [ "${1:-}" = "--tests" ]; then
  packages+=("${debian_tests[@]}")
  wheels+=(packaging/requirements-tests.txt)
elif [ -n "${1:-}" ]; then
  echo "usage: bash packaging/setup.sh [--tests]" >&2
  exit 2
fi

asRoot() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This needs root, and sudo is not there: $*" >&2
    return 1
  fi
}

missing=()
for package in "${packages[@]}"; do
  # Programs that are there from elsewhere (a newer node, say) count as installed.
  case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Will install Debian packages: ${missing[*]}"
  asRoot apt-get update -qq
  asRoot env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# VTK's headers alone: libvtk9-dev itself would bring 838 MB of other things.
if [ ! -f build/vtk/usr/include/vtk-9.1/vtkObject.h ]; then
  echo "Will lay VTK's headers (of the package libvtk9-dev) into build/vtk"
  rm -rf build/vtk-package && mkdir -p build/vtk-package build/vtk
  download() { (cd build/vtk-package && apt-get download -qq libvtk9-dev) }
  download 2>/dev/null || { asRoot apt-get update -qq && download; }
  dpkg -x build/vtk-package/libvtk9-dev_*.deb build/vtk
  rm -r build/vtk-package
fi

# The lists that were installed let a second run start in seconds.
pip=(build/venv/bin/python3 -m pip --disable-pip-version-check -q)
stamps=build/venv/installed
isInstalled() { cmp -s "$1" "$stamps/$(basename "$1")"; }
markInstalled() { mkdir -p "$stamps" && cp "$1" "$stamps/"; }

[ -x build/venv/bin/python3 ] || python3 -m venv build/venv
torch=packaging/requirements-torch.txt
if ! isInstalled "$torch"; then
  version=$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' "$torch")
  echo "Will install into build/venv: $version"
  # By hand: pip's own check of hashes passes an index of builds without CUDA over, whose version is chosen otherwise.
  rm -rf build/torch-wheel
  "${pip[@]}" download --no-deps -d build/torch-wheel "$version"
  digest=$(sha256sum build/torch-wheel/*.whl | cut -d' ' -f1)
  grep -q "sha256:$digest" "$torch" || { echo "The wheel of $version is not one that $torch knows: its SHA-256 is $digest." >&2; exit 1; }
  "${pip[@]}" install --no-deps build/torch-wheel/*.whl
  rm -r build/torch-wheel
  # NVIDIA's libraries of a CUDA build, in the versions that the wheel itself names.
  ls build/venv/lib/python3*/site-packages/torch/lib/libtorch_cuda.so >/dev/null 2>&1 && "${pip[@]}" install "$version"
  markInstalled "$torch"
fi
for list in "${wheels[@]}"; do
  isInstalled "$list" && continue
  echo "Will install into build/venv: $(sed -n 's/^\([^# ]*==[^ ]*\).*/\1/p' "$list" | tr '\n' ' ')"
  "${pip[@]}" install --require-hashes --no-deps -r "$list"
  markInstalled "$list"
done

if [ "${1:-}" = "--tests" ] && [ ! -d build/node/node_modules/@itk-wasm/dicom ]; then
  echo "Will install into build/node: ${node_tests[*]}"
  mkdir -p build/node
  npm install --silent --no-fund --no-audit --prefix build/node "${node_tests[@]}" \
    || echo "warning: the npm packages could not be installed; the test that reads a SEG with dcmqi will be skipped" >&2
fi
