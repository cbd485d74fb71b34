#!/bin/bash
# Makes README's pictures from the running workstation.
#
#   packaging/screenshots.sh [--build DIR] [--output DIR] [--xray FILE] [--ct FOLDER] [--text SENTENCE]
#
# Without an X-ray or a CT of your own, phantoms of the build's limn-phantom are shown. Needs no display: where there is
# none, the pictures are drawn on a virtual screen or off screen.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build="$root/build/release"
output="$root/build/screenshots"
xray=""
ct=""
text="unilateral pulmonary infection, one infected area, lower right lung."

usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
    case "$1" in
        --build) build="$2"; shift 2 ;;
        --output) output="$2"; shift 2 ;;
        --xray) xray="$2"; shift 2 ;;
        --ct) ct="$2"; shift 2 ;;
        --text) text="$2"; shift 2 ;;
        --help) usage; exit 0 ;;
        *) echo "screenshots.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done

program="$build/bin/limn-workstation"
[ -x "$program" ] || { echo "screenshots.sh: there is no $program; build it first" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$output"

if [ -z "$xray" ]; then
    xray="$work/xray.dcm"
    "$build/bin/limn-phantom" xray "$xray"
fi
if [ -z "$ct" ]; then
    ct="$work/ct"
    "$build/bin/limn-phantom" ct "$ct"
fi

shot() { # FILE ARGUMENTS...
    local file="$output/$1"
    shift
    local run=("$program" --data-folder "$work/data" --size 1600x1000 --screenshot "$file" "$@")
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        "${run[@]}"
    elif command -v xvfb-run > /dev/null; then
        xvfb-run -a -s "-screen 0 1600x1000x24" "${run[@]}"
    else
        QT_QPA_PLATFORM=offscreen "${run[@]}"
    fi
    echo "$file"
}

# A cohort of the X-ray and phantoms, predicted with the default package, as limn relabel makes it.
make_cohort() { # FOLDER
    local source="$work/cases" limn="$build/bin/limn" i
    mkdir -p "$source"
    cp "$xray" "$source/case0.${xray##*.}"
    echo "split,image,mask,text" > "$source/manifest.csv"
    echo "train,case0.${xray##*.},,\"$text\"" >> "$source/manifest.csv"
    for i in 1 2 3 4 5 6 7 8; do
        "$build/bin/limn-phantom" xray --seed "$i" --opacity-row "0.$((30 + 5 * i))" "$source/case$i.dcm"
        echo "train,case$i.dcm,,\"unilateral pulmonary infection, one infected area, middle lower right lung.\"" \
            >> "$source/manifest.csv"
    done
    "$limn" relabel init --quiet --cohort "$1" --name "Chest X-rays" --text-sides patient
    "$limn" relabel import --quiet --cohort "$1" --source "$source"
    "$limn" relabel predict --quiet --force --cohort "$1" --model lvit-qata
}

shot segment.png "$xray" --text "$text" --demo-run --force --slice 1
shot ct.png "$ct" --preset 2
shot planes.png "$ct" --layout planes-and-3d
shot light.png "$xray" --light --text "$text" --demo-run --force --accept
shot explain.png "$xray" --text "$text" --demo-run --force --explain
make_cohort "$work/cohort"
shot relabel.png --cohort "$work/cohort" --reader reader
