"""What the comparisons share: a program's time and peak memory, runs of several programs in turn, rows of the result."""

import json
import os
import statistics
import subprocess


def run_program(arguments, **environment):
    """Runs a program to its end: its standard output, its peak memory in MB and its processor time on all cores in seconds,
    which other work on the machine disturbs less than the clock. Raises when it fails.

    The peak is at least that of this process, which Linux counts in: keep large modules out of the process that calls this.
    """
    process = subprocess.Popen([str(argument) for argument in arguments], stdout=subprocess.PIPE,
                               env={**os.environ, **environment})
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))} ended with {process.returncode}")
    return output.decode(), {"peak_mb": usage.ru_maxrss * 1024 / 1e6, "cpu_s": usage.ru_utime + usage.ru_stime}


def run_json(arguments, **environment):
    """The same for a program that prints one JSON object: the object, with "peak_mb" and "cpu_s" added."""
    output, usage = run_program(arguments, **environment)
    return {**json.loads(output), **usage}


def medians_in_turn(measures, repeats):
    """Calls every function once to warm up, then all of them `repeats` times in turn, so that what else the machine does
    falls on each alike. A function returns a dictionary; of numbers the medians come back, of the rest the first."""
    results = [[measure()] for measure in measures]
    for _ in range(repeats):
        for measure, list_of_results in zip(measures, results):
            list_of_results.append(measure())
    return [{key: statistics.median(result[key] for result in several[1:]) if isinstance(value, (int, float)) else value
             for key, value in several[0].items()} for several in results]


def digits4(value):
    """Rounded to four significant digits."""
    return float(f"{value:.4g}")


def row(work, ours, peer, version, theirs):
    """One line of the result. `ours` and `theirs` are dictionaries with "seconds" and, where they belong to the comparison,
    "peak_mb" and "cpu_s" of whole processes."""
    line = {"work": work, "ours_s": digits4(ours["seconds"]), "peer": peer, "peer_version": version,
            "peer_s": digits4(theirs["seconds"]), "ratio": round(theirs["seconds"] / ours["seconds"], 2)}
    for key, digits in (("peak_mb", 0), ("cpu_s", 2)):
        if key in ours and key in theirs:
            line |= {f"ours_{key}": round(ours[key], digits), f"peer_{key}": round(theirs[key], digits)}
    return line
