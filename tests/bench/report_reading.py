#!/usr/bin/env python3
"""How the sentences of real reports are read: the 3,955 of OpenI in the source distribution of torchxrayvision.

    pip download --no-deps --no-binary torchxrayvision torchxrayvision   # or its .tar.gz, or its folder
    python3 tests/bench/report_reading.py --reports torchxrayvision-*.tar.gz --reader build/ci/bin/read_sentences
        [--sample 200 --seed 12]

Counts the sentences of FINDINGS and IMPRESSION that name opacity, consolidation, infiltrate, pneumonia, airspace
disease, atelectasis or infection: by word how many are read (a finding of theirs is found, or that there is none), and what the
package's finding makes of them. `--sample` prints that many sentences that are drawn or denied, to be read by hand.
"""

import argparse
import collections
import io
import json
import pathlib
import random
import re
import subprocess
import tarfile
import xml.etree.ElementTree

WORDS = {"opacity": r"opaci", "consolidation": r"consolid", "infiltrate": r"infiltrat", "pneumonia": r"pneumonia",
         "airspace disease": r"air ?space", "atelectasis": r"atelecta", "infection": r"infect"}


def report_archive(path):
    """The archive of reports, as bytes: itself, in the distribution's archive or in its unpacked folder."""
    if path.is_dir():
        return next(path.rglob("NLMCXR_reports.tgz")).read_bytes()
    if path.name == "NLMCXR_reports.tgz":
        return path.read_bytes()
    with tarfile.open(path) as distribution:
        member = next(name for name in distribution.getnames() if name.endswith("NLMCXR_reports.tgz"))
        return distribution.extractfile(member).read()


def sentences(path):
    """The number of reports, and their sentences that name one of the words, with repetitions."""
    pattern = re.compile("|".join(WORDS.values()), re.I)
    reports, found = 0, []
    with tarfile.open(fileobj=io.BytesIO(report_archive(path))) as archive:
        for member in sorted((m for m in archive if m.name.endswith(".xml")), key=lambda m: m.name):
            reports += 1
            root = xml.etree.ElementTree.parse(archive.extractfile(member)).getroot()
            for part in root.iter("AbstractText"):
                if part.get("Label") in ("FINDINGS", "IMPRESSION") and part.text:
                    text = " ".join(part.text.split())
                    found += [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text) if pattern.search(s)]
    return reports, found


def read(reader, texts):
    output = subprocess.run([reader], input="\n".join(texts) + "\n", capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=pathlib.Path, required=True)
    parser.add_argument("--reader", default="build/ci/bin/read_sentences")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()

    reports, texts = sentences(options.reports)
    unique = sorted(set(texts))
    readings = {one["text"]: one for one in read(options.reader, unique)}
    print(f"{reports} reports, {len(texts)} sentences, {len(unique)} of them different")
    print("| word | sentences | read | drawn | nothing | asked |")
    print("|---|---|---|---|---|---|")
    for name, pattern in [*WORDS.items(), ("all", "")]:
        of_word = [readings[text] for text in texts if re.search(pattern, text, re.I)]
        verdicts = collections.Counter(one["verdict"] for one in of_word)
        is_read = sum(any(re.search(pattern, f["finding"], re.I) for f in one["findings"]) or
                      (pattern == "" and bool(one["findings"])) for one in of_word)
        print(f"| {name} | {len(of_word)} | {100 * is_read / len(of_word):.1f} % | {verdicts['draw']} | "
              f"{verdicts['nothing']} | {verdicts['ask']} |")
    if options.sample:
        random.seed(options.seed)
        settled = [text for text in unique if readings[text]["verdict"] != "ask"]
        for text in random.sample(settled, min(options.sample, len(settled))):
            one = readings[text]
            print(f"\n{text}\n    {one['verdict']} left={one['left'] or '-'} right={one['right'] or '-'} {one['why']}")


if __name__ == "__main__":
    main()
