#!/usr/bin/env python3
"""CapFilt on reports of which some are wrong: what its filter finds, and whether a BLIP that learns from what it keeps writes better.

    python3 tests/bench/capfilt_study.py /tmp/study --data ../shared/data/qata-cov19-v2 --settings blip.json

Of the training rows' texts a share is exchanged for another picture's that reads otherwise. A BLIP learns from that table
(corrupted), judges its texts and writes new ones (`limn capfilt`), and a second one learns from what was kept (filtered); a third
learns from the rows that were left alone (oracle), which is what a filter could reach. All three take equally many steps, from nothing, with
the settings of `--settings` (as of a package's card). `limn evaluate` tells what they write on the validation split, whose
texts are left alone. A step whose result is there is not repeated; an interrupted training goes on.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("work", type=pathlib.Path)
parser.add_argument("--data", type=pathlib.Path, required=True)
parser.add_argument("--settings", type=pathlib.Path, required=True)
parser.add_argument("--text-column", default="text_lvit")
parser.add_argument("--mask-column", default="mask", help="empty: no masks are read")
parser.add_argument("--share", type=float, default=0.2)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--arms", nargs="+", default=["filtered", "oracle"], choices=["filtered", "oracle"])
parser.add_argument("--program", default="build/release/bin/limn")
given = parser.parse_args()
given.work.mkdir(parents=True, exist_ok=True)
COLUMNS = ["split", "image", "mask", "text", "exchanged"]


def limn(*words, log):
    """What the program prints; what it says meanwhile goes into a file beside the work."""
    with open(given.work / f"{log}.log", "a") as said:
        result = subprocess.run([given.program, *map(str, words)], stdout=subprocess.PIPE, stderr=said, text=True, check=False)
    if result.returncode not in (0, 5):  # 5: some pictures were refused.
        sys.exit(f"limn {words[0]} ended with {result.returncode}; see {given.work / log}.log")
    return result.stdout


def rows_with_exchanged_texts():
    with open(given.data / "manifest.csv", newline="") as file:
        rows = [{"split": row["split"], "image": row["image"], "mask": row.get(given.mask_column, ""),
                 "text": row[given.text_column], "own": row[given.text_column], "exchanged": "0"} for row in csv.DictReader(file)]
    chance = random.Random(given.seed)
    learnt = [row for row in rows if row["split"] == "train"]
    texts = [row["text"] for row in learnt]
    for row in chance.sample(learnt, round(given.share * len(learnt))):
        row["exchanged"] = "1"
        while row["text"] == row["own"]:
            row["text"] = chance.choice(texts)
    return rows


def link(source, target):
    try:
        os.link(source, target)
    except OSError:  # Another disk, or another's files.
        shutil.copyfile(source, target)


def write_data(name, rows):
    """A training folder with the data's pictures as hard links: `limn` follows no link that leads out of a folder."""
    folder = given.work / name
    folder.mkdir(exist_ok=True)
    for part in given.data.iterdir():
        if part.is_dir() and not (folder / part.name).exists():
            shutil.copytree(part, folder / part.name, copy_function=link)
    with open(folder / "manifest.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def train(name, rows, steps):
    data, package = write_data(f"{name}-data", rows), given.work / name
    if not (package / "config.json").exists():
        settings = json.loads(given.settings.read_text())
        settings |= {"data": str(data), "output": str(package), "textColumn": "text", "name": name, "epochs": given.epochs,
                     "stepsPerEpoch": steps, "maskWeight": settings.get("maskWeight", 0) if given.mask_column else 0}
        file = given.work / f"{name}.json"
        file.write_text(json.dumps(settings, indent=2))
        limn("train", "blip", "--config", file, *(["--resume"] if package.exists() else []), log=name)
    return package


def judged(package, data, captioner):
    """All texts with their scores, the written ones too."""
    table = given.work / "judged.csv"
    if not table.exists():
        limn("capfilt", "--filter", package, "--captioner", captioner, "--data", data, "--output", table, "--side", "picture", "--force",
             "--least", 0, *(["--resume"] if pathlib.Path(f"{table}.judged").exists() else []), log="capfilt")
    with open(table, newline="") as file:
        return list(csv.DictReader(file))


def roc_area(right, wrong):
    return sum((r > w) + 0.5 * (r == w) for r in right for w in wrong) / (len(right) * len(wrong))


def tell_filter(pairs, threshold):
    texts = [pair for pair in pairs if pair["origin"] == "given"]
    wrong = [float(pair["probability"]) for pair in texts if pair["exchanged"] == "1"]
    right = [float(pair["probability"]) for pair in texts if pair["exchanged"] == "0"]
    print(f"{len(right)} texts left alone, {len(wrong)} exchanged; ROC area {100 * roc_area(right, wrong):.1f}")
    by_score = sorted(right + wrong)
    points = [("BLIP's own", 0.5), ("the package's", threshold), ("drops as many as are wrong", by_score[len(wrong)])]
    for name, least in points:
        found, lost = sum(score < least for score in wrong), sum(score < least for score in right)
        dropped = max(1, found + lost)
        print(f"threshold {least:.4f} ({name}): drops {found + lost}; of the dropped {100 * found / dropped:.1f} % are wrong (precision), "
              f"of the wrong {100 * found / len(wrong):.1f} % are dropped (recall), of the kept "
              f"{100 * (len(wrong) - found) / max(1, len(texts) - found - lost):.1f} % are wrong")
    return by_score[len(wrong)]


def tell_written(name, package, data):
    figures = given.work / f"{name}-evaluated.json"
    if not figures.exists():
        figures.write_text(limn("evaluate", "--model", package, "--data", data, "--text-column", "text", "--json", log=name))
    told = json.loads(figures.read_text())["figures"]
    for row in told["texts"]:
        print(f"{name}, {row['name']}: " + ", ".join(f"{key} {(10 if key == 'cider_d' else 100) * value:.2f}"
                                              for key, value in row.items() if key != "name"))
    areas = [f"{row['name']} {100 * row['roc_area']:.2f}" for row in told["matches"] if "roc_area" in row]
    print(f"{name}, ROC areas of its judgement: " + ", ".join(areas))


def main():
    rows = rows_with_exchanged_texts()
    learnt, checked = ([row for row in rows if (row["split"] == "train") == first] for first in (True, False))
    first = json.loads(given.settings.read_text())
    steps = len(learnt) // first["batchSize"]
    blip = train("corrupted", rows, steps)
    judge = write_data("judge-data", learnt)
    pairs = judged(blip, judge, blip)
    calibration = json.loads((blip / "config.json").read_text()).get("match_calibration") or {}
    least = tell_filter(pairs, calibration.get("threshold", 0.5))
    kept = [pair for pair in pairs if float(pair["probability"]) >= least]
    written = sum(pair["origin"] == "written" for pair in kept)
    print(f"kept for the second training: {len(kept)} texts, {written} of them written")
    print(f"written and dropped: {sum(pair['origin'] == 'written' for pair in pairs) - written}")
    clean = write_data("evaluate-data", [row | {"text": row["own"]} for row in rows])
    tell_written("corrupted", blip, clean)
    arms = {"filtered": kept, "oracle": [row for row in learnt if row["exchanged"] == "0"]}
    for name in given.arms:
        tell_written(name, train(name, arms[name] + checked, steps), clean)


main()
