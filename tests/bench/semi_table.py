#!/usr/bin/env python3
"""The table of semi-supervised training on the QaTa validation split: what each method earns at 25, 5 and 2 % of the labels.

    nice -n 10 python3 tests/bench/semi_table.py --limn build/release/bin/limn --data .../qata-cov19-v2 --work DIR
    python3 tests/bench/semi_table.py --work DIR --print

Every run takes the same number of optimizer steps over the same number of pictures, of the same network and settings;
methods differ in what a step's pictures are. Runs that were cut off go on, finished ones are not repeated. The rows of
DIR/semi_table.csv are the figures of each run's last epoch and of its best one (chosen by the same split, so a little
too good for all alike); the table shows the last epoch's, mean over seeds.
"""

import argparse
import csv
import json
import pathlib
import statistics
import subprocess
import sys

EPOCHS = 5
STEPS = 286  # 5 * 286 = 1,430 steps of 16 pictures

COMMON = {
    "textEncoder": "all-MiniLM-L6-v2", "textColumn": "text_lvit", "channels": 1, "textTokens": 24,
    "textUnits": "pieces", "loss": "dice_bce", "optimizer": "adamw", "learningRate": 0.002, "weightDecay": 0.01,
    "schedule": "one_cycle", "batchSize": 16, "epochs": EPOCHS, "stepsPerEpoch": STEPS, "earlyStopEpochs": 0,
    "averageDecay": 0.99, "width": 8, "pictureSize": 112, "halfPrecision": True, "threads": 1, "saveMinutes": 2,
    "brightnessJitter": 0.2, "contrastJitter": 0.3, "rotateDegrees": 10, "zoom": 0.1, "shift": 0.05,
}
SEMI = {"prototypeEpochs": 3, "rampEpochs": 1, "unlabelledPerStep": 8, "unlabelledWeight": 1.0, "lvWeight": 0}
EPI = {"unlabelled": "epi", "epiUpdate": "epoch", "epiDecay": 0.3, **SEMI}
METHODS = {
    "labelled only": {"unlabelled": "none"},
    "pseudo-labels": {"unlabelled": "pseudo", **SEMI},
    "EPI": EPI,
    "EPI + LV": {**EPI, "lvWeight": 0.1},
    # The paper's numbers as written: with some visits a picture, masks averaged at 0.99 are still the prototype's.
    "EPI, 0.99 a step": {**EPI, "epiUpdate": "step", "epiDecay": 0.99},
    "EPI + LV, labelled masks": {**EPI, "lvWeight": 0.1, "contrastSet": "labelled"},
}
FRACTIONS = [0.02, 0.05, 0.25]
EVERYWHERE = list(METHODS)[:4]  # The others at 2 % only, and last.
COLUMNS = ["method", "fraction", "seed", "steps", "dice", "iou", "pooled_dice", "pooled_iou", "best_dice", "seconds"]


def runs(seeds, fractions=None):
    """In the order in which they are worth having."""
    wanted = [fraction for fraction in FRACTIONS if not fractions or fraction in fractions]
    for methods, at in ((EVERYWHERE, wanted), (list(METHODS)[4:], wanted[:1] if FRACTIONS[0] in wanted else [])):
        for seed in seeds:
            for fraction in at:
                for method in methods:
                    yield method, fraction, seed


def folder_of(work, method, fraction, seed):
    return work / f"{method.replace(' ', '_').replace('+', 'and').replace(',', '')}-{fraction}-{seed}"


def train(arguments, method, fraction, seed):
    output = folder_of(arguments.work, method, fraction, seed)
    output.parent.mkdir(parents=True, exist_ok=True)
    config = output.parent / (output.name + ".json")
    settings = {**COMMON, **METHODS[method], "labelledFraction": fraction, "seed": seed, "name": output.name}
    config.write_text(json.dumps(settings, indent=1))
    command = [arguments.limn, "train", "lvit", "--config", config, "--data", arguments.data, "--output", output,
               "--resume", "--quiet"]
    with open(output.parent / (output.name + ".log"), "a", encoding="utf-8") as log:
        return subprocess.run(command, stdout=log, stderr=log, check=False).returncode


def row_of(work, method, fraction, seed):
    """Figures of a finished run, or None."""
    log = folder_of(work, method, fraction, seed) / "training" / "log.csv"
    if not log.exists():
        return None
    with open(log, newline="", encoding="utf-8") as stream:
        epochs = list(csv.DictReader(stream))
    if len(epochs) < EPOCHS:
        return None
    last = epochs[-1]
    return {"method": method, "fraction": fraction, "seed": seed, "steps": EPOCHS * STEPS,
            "dice": last["valid_dice"], "iou": last["valid_iou"], "pooled_dice": last["valid_pooled_dice"],
            "pooled_iou": last["valid_pooled_iou"],
            "best_dice": max(float(epoch["valid_dice"]) for epoch in epochs), "seconds": last["seconds"]}


def finished(work, seeds):
    rows = [row_of(work, *run) for run in runs(seeds)]
    return [row for row in rows if row]


def write_csv(work, seeds):
    with open(work / "semi_table.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(finished(work, seeds))


def cell(rows, column):
    values = [100 * float(row[column]) for row in rows]
    if not values:
        return "-"
    spread = f" ({min(values):.2f}-{max(values):.2f})" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2f}{spread}"


def print_table(work, seeds):
    rows = finished(work, seeds)
    print(f"QaTa validation split, last epoch, {EPOCHS * STEPS} steps of {COMMON['batchSize']} pictures, "
          f"width {COMMON['width']}, {COMMON['pictureSize']}x{COMMON['pictureSize']}; mean (least-most) over seeds, in per cent")
    print("| labels | method | seeds | Dice (pictures) | IoU (pictures) | Dice (pooled) | IoU (pooled) |")
    print("|---|---|---|---|---|---|---|")
    for fraction in sorted(FRACTIONS, reverse=True):
        for method in METHODS:
            if method not in EVERYWHERE and fraction != FRACTIONS[0]:
                continue
            mine = [row for row in rows if row["method"] == method and row["fraction"] == fraction]
            print(f"| {100 * fraction:g} % | {method} | {len(mine)} | {cell(mine, 'dice')} | {cell(mine, 'iou')} | "
                  f"{cell(mine, 'pooled_dice')} | {cell(mine, 'pooled_iou')} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limn", type=pathlib.Path, default=pathlib.Path("build/release/bin/limn"))
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder of the runs")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--fractions", type=float, nargs="+", choices=FRACTIONS,
                        help="only these; two of the script can work on one folder with different ones")
    parser.add_argument("--print", action="store_true", help="only print what there is")
    arguments = parser.parse_args()
    if not arguments.print:
        for run in runs(arguments.seeds, arguments.fractions):
            if row_of(arguments.work, *run) is None and train(arguments, *run) != 0:
                name = folder_of(arguments.work, *run).name
                sys.exit(f"{name} failed; see {arguments.work / (name + '.log')}")
            write_csv(arguments.work, arguments.seeds)
    print_table(arguments.work, arguments.seeds)


if __name__ == "__main__":
    main()
