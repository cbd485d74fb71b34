"""A simulated reader: does the order of the review queue save labels?

    python3 tests/bench/reader_study.py --data ../shared/data/qata-cov19-v2 --output /tmp/study [--orders uncertainty random ...]

For each seed and each order a cohort is made of the same pictures, of which a few are labelled. In every round a model is
trained on what is labelled, it predicts the rest, and the reader takes the next cases of the queue: a mask whose Dice with
the hidden true mask is at least 0.9 is accepted, any other is replaced by the true one. All of it goes through `limn
relabel`, as a user's session would. Printed is one JSON line a round: labels so far, Dice of the model on pictures of the
validation split that the training never saw (text given; mean over pictures, and pooled), what the reader did, and how well
each score tells bad masks from good ones (rank correlation with 1 - Dice over all cases that wait). An interrupted study
goes on when it is started again.

Needs numpy and Pillow: run it with build/venv/bin/python3.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import subprocess

import numpy
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = {"textEncoder": "all-MiniLM-L6-v2", "width": 8, "pictureSize": 64, "channels": 1, "textTokens": 24,
            "textUnits": "pieces", "loss": "dice_bce", "optimizer": "adamw", "schedule": "one_cycle",
            "learningRate": 0.003, "weightDecay": 0.01, "batchSize": 8, "unlabelled": "none", "earlyStopEpochs": 0, "averageDecay": 0.98,
            "threads": 1, "brightnessJitter": 0.2, "contrastJitter": 0.3, "rotateDegrees": 10, "zoom": 0.1, "shift": 0.05}


def run_limn(arguments, *command):
    """Runs one command and gives its JSON document."""
    done = subprocess.run([arguments.limn, *map(str, command), "--json", "--quiet"], capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode != 0:
        raise SystemExit(f"limn {' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def limn(arguments, *command):
    """One command of the session."""
    return run_limn(arguments, "relabel", *command)


def dice(a, b):
    total = a.sum() + b.sum()
    return 1.0 if total == 0 else float(2 * (a & b).sum() / total)


def mask_of(path):
    return numpy.asarray(Image.open(path)) > 0


def ranks(values):
    """Equal values share their mean rank."""
    values = numpy.asarray(values)
    _, inverse, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    ends = numpy.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def rank_correlation(a, b):
    a, b = ranks(a), ranks(b)
    if a.std() == 0 or b.std() == 0:
        return None
    return round(float(numpy.corrcoef(a, b)[0, 1]), 3)


def write_source(arguments, seed, folder):
    """The pictures of the study: `pictures` of the training split, `start` of them with their masks, `valid` of the
    validation split to choose the best epoch by, and `score` others of it, which the cohort does not get."""
    rows = list(csv.DictReader((arguments.data / "manifest.csv").open()))
    draw = random.Random(seed)
    training = draw.sample([row for row in rows if row["split"] == "train"], arguments.pictures)
    validation = random.Random(0).sample([row for row in rows if row["split"] == "valid"],
                                         arguments.valid + arguments.score)
    validation, scored = validation[: arguments.valid], validation[arguments.valid:]
    # Copies, since limn follows no link out of the folder of the data.
    for place, chosen in ((folder, training + validation), (folder / "score", scored)):
        for path in (row[column] for row in chosen for column in ("image", "mask")):
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(arguments.data / path, place / path)
    with (folder / "score" / "manifest.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["split", "image", "mask", "text"])
        writer.writerows(["valid", row["image"], row["mask"], row["text_lvit"]] for row in scored)
    with (folder / "manifest.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["split", "image", "mask", "text"])
        for place, row in enumerate(training):
            writer.writerow(["train", row["image"], row["mask"] if place < arguments.start else "", row["text_lvit"]])
        for row in validation:
            writer.writerow(["valid", row["image"], row["mask"], row["text_lvit"]])


def scores_against_truth(cases, truth):
    """Rank correlation of each score with 1 - Dice over the cases that wait, and their mean Dice."""
    errors = [1 - dice(mask_of(case["mask"]), mask_of(truth[pathlib.PurePosixPath(case["picture"]).name]))
              for case in cases]
    result = {"waiting_dice": round(1 - float(numpy.mean(errors)), 4)}
    for name in ("entropy", "disagreement", "mismatch"):
        values = [case["scores"][name] for case in cases]
        if any(value is not None for value in values):
            result[f"rank_{name}"] = rank_correlation([-1 if value is None else value for value in values], errors)
    result["rank_uncertainty"] = rank_correlation([case["uncertainty"] for case in cases], errors)
    return result


def review(arguments, cohort, order, cases, truth):
    """The reader's work on the first cases of the queue."""
    taken = {"accepted": 0, "edited": 0}
    for case in cases[: arguments.step]:
        hidden = truth[pathlib.PurePosixPath(case["picture"]).name]
        if dice(mask_of(case["mask"]), mask_of(hidden)) >= 0.9:
            limn(arguments, "accept", "--cohort", cohort, "--id", case["id"], "--reader", "simulated")
            taken["accepted"] += 1
        else:
            limn(arguments, "edit", "--cohort", cohort, "--id", case["id"], "--mask", hidden, "--reader", "simulated")
            taken["edited"] += 1
    return taken


def train(arguments, cohort, seed, labels):
    """The same number of steps in every round, however many labels there are."""
    epochs = max(1, round(arguments.train_steps * SETTINGS["batchSize"] / labels))
    settings = cohort / "settings.json"
    settings.write_text(json.dumps({**SETTINGS, "epochs": epochs, "seed": seed}))
    return limn(arguments, "train", "--cohort", cohort, "--config", settings)


def start(arguments, seed):
    """The cohort that all orders of one seed begin with: trained on the first labels, the rest predicted."""
    folder = arguments.output / f"start-{seed}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_source(arguments, seed, folder / "source")
        limn(arguments, "init", "--cohort", folder / "cohort", "--name", f"study {seed}")
        limn(arguments, "import", "--cohort", folder / "cohort", "--source", folder / "source")
        train(arguments, folder / "cohort", seed, arguments.start)
        limn(arguments, "predict", "--cohort", folder / "cohort")
        (folder / "ready").touch()
    return folder


def study(arguments, seed, order):
    beginning = start(arguments, seed)
    folder = arguments.output / f"{order}-{seed}"
    cohort, results = folder / "cohort", folder / "rounds.jsonl"
    done = len(results.read_text().splitlines()) if results.exists() else 0
    if not done:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(beginning / "cohort", cohort)
    truth = {pathlib.PurePosixPath(row["image"]).name: arguments.data / row["mask"]
             for row in csv.DictReader((arguments.data / "manifest.csv").open())}
    for number in range(done, arguments.rounds + 1):
        if number > 0:
            train(arguments, cohort, seed, arguments.start + number * arguments.step)
            limn(arguments, "predict", "--cohort", cohort)
        run = limn(arguments, "status", "--cohort", cohort)["runs"][0]
        cases = limn(arguments, "queue", "--cohort", cohort, "--order", order, "--count", 100_000)["cases"]
        scores = run_limn(arguments, "evaluate", "--model", cohort / run["folder"], "--data", beginning / "source/score")
        line = {"order": order, "seed": seed, "round": number, "labels": run["labelled"],
                "dice": round(scores["per_image"]["dice"], 4), "pooled_dice": round(scores["pooled"]["dice"], 4),
                **scores_against_truth(cases, truth)}
        if number < arguments.rounds:
            line |= review(arguments, cohort, order, cases, truth)
        with results.open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data/qata-cov19-v2")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--limn", default=str(ROOT / "build/release/bin/limn"))
    parser.add_argument("--orders", nargs="+", default=["uncertainty", "random"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--valid", type=int, default=20)
    parser.add_argument("--score", type=int, default=200)
    parser.add_argument("--start", type=int, default=30, help="pictures that are labelled from the start")
    parser.add_argument("--step", type=int, default=30, help="cases that the reader takes in a round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--train-steps", type=int, default=200)
    arguments = parser.parse_args()
    for seed in arguments.seeds:
        for order in arguments.orders:
            study(arguments, seed, order)


if __name__ == "__main__":
    main()
