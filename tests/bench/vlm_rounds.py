"""What compare_clip.py, compare_blip.py and compare_language.py share: a work through bench_vlm, in each precision, and through the
peers, every program in a process of its own, in turn, in each of `repeats` rounds, on the same random weights and input. All answers
are compared before any time is printed. Beside the ratio of the medians stands the median of the ratios of the rounds, which what
else the machine does disturbs least."""

import dataclasses
import json
import os
import pathlib
import statistics
import sys

import compare_lvit
import measuring
import vlm_peer

PACKAGES = [("torch", "torch"), ("numpy", "numpy"), ("transformers==5.24.0", "transformers"), ("safetensors", "safetensors"),
            ("openvino==2026.4.1", "openvino")]
PASSES = 3  # Of one program in one round.
THREADS = {"OMP_NUM_THREADS": "2"}
TOLERANCES = {"float32": 1e-3, "bfloat16": 0.1}  # Of an answer's largest number.
EXACT = [("float32", "transformers")]  # Our precision and the peer that it is compared with.
HALF = [("bfloat16", "transformersHalf")]


@dataclasses.dataclass(frozen=True)
class Work:
    """One of bench_vlm's benchmarks, and a folder with "model" and "input.safetensors"."""

    name: str
    words: str
    folder: pathlib.Path
    gives_ids: bool = False  # They must be equal in float32; in bfloat16 another token is a rounding away.
    may_part: bool = False  # Of beams that lie within a rounding: other ids are told and no failure, as all write as many.


def random_model(model, file):
    """Into a folder, with numbers that leave no part of the network without effect."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.02 * torch.randn_like(parameter))
    model.save_pretrained(file)


def write_input(folder, **tensors):
    from safetensors.torch import save_file

    folder.mkdir(exist_ok=True)
    save_file({name: tensor.float().contiguous() for name, tensor in tensors.items()}, folder / "input.safetensors")


def our_round(build, work, answer, precision="float32", **more):
    command = [pathlib.Path(build) / "bin" / "bench_vlm", "--benchmark_format=json", f"--benchmark_filter=^{work.name}/",
               f"--benchmark_repetitions={PASSES}", "--benchmark_min_time=0.001"]
    output, megabytes = compare_lvit.measured(command, LIMN_BENCH_MODEL=str(work.folder / "model"), LIMN_BENCH_ANSWER=str(answer),
                                              LIMN_BENCH_INPUT=str(work.folder / "input.safetensors"), LIMN_BENCH_TYPE=precision,
                                              **THREADS, **more)
    found = json.loads(output)
    runs = [run for run in found["benchmarks"] if run["run_type"] == "iteration"]
    return {"seconds": [run["real_time"] / 1000 for run in runs], "peak_mb": megabytes, "precision": precision,
            "instructions": found["context"]["instructions"]}


def peer_round(script, work, kind, answer):
    command = [sys.executable, script.__file__, kind, work.name, work.folder, PASSES, answer]
    output, megabytes = compare_lvit.measured(command, **THREADS)
    return {**json.loads(output), "peak_mb": megabytes}


def require_equal(work, found, answers):
    from safetensors.torch import load_file

    first = load_file(answers / "transformers.safetensors")["answer"]
    for who, runs in found.items():
        answer = load_file(answers / f"{who}.safetensors")["answer"].reshape(first.shape)
        exact = runs["precision"] == "float32"
        if work.gives_ids and not exact:
            continue
        tolerance = 0.5 if work.gives_ids else TOLERANCES["float32" if exact else "bfloat16"] * float(first.abs().max())
        difference = float((answer - first).abs().max())
        if work.may_part and difference >= tolerance:
            print(f"{work.words}: {who} writes other ids than transformers", file=sys.stderr)
        elif not difference < tolerance:
            raise SystemExit(f"{work.words}: {who} differs from transformers in float32 by {difference}: the times mean nothing")


def rounds(build, work, script, pairs, repeats):
    """{precision or kind: {"seconds": all, "rounds": medians of each, "peak_mb": ..., ...}}"""
    programs = {ours: lambda answer, ours=ours: our_round(build, work, answer, ours) for ours, _ in pairs}
    programs |= {kind: lambda answer, kind=kind: peer_round(script, work, kind, answer) for _, kind in pairs if kind not in programs}
    answers = work.folder / "answers"
    answers.mkdir(exist_ok=True)
    found = {name: [] for name in programs}
    for _ in range(repeats):
        for name, program in programs.items():
            found[name].append(program(answers / f"{name}.safetensors"))
    merged = {name: {**runs[0], "seconds": [second for run in runs for second in run["seconds"]], "peak_mb": max(run["peak_mb"] for run in runs),
                     "rounds": [statistics.median(run["seconds"]) for run in runs]}
              for name, runs in found.items()}
    require_equal(work, merged, answers)
    return merged


def side(prefix, runs):
    return {f"{prefix}_s": measuring.digits4(statistics.median(runs["seconds"])), f"{prefix}_least_s": measuring.digits4(min(runs["seconds"])),
            f"{prefix}_peak_mb": round(runs["peak_mb"]), f"{prefix}_precision": runs["precision"], f"{prefix}_instructions": runs["instructions"]}


def row(work, us, peer, them):
    ratio = statistics.median(them["seconds"]) / statistics.median(us["seconds"])
    line = {"work": work.words, "peer": peer, "peer_version": them.get("version", "ours"), "ratio": round(ratio, 3),
            "least_ratio": round(min(them["seconds"]) / min(us["seconds"]), 3)}
    if "rounds" in us and "rounds" in them:
        line["paired_ratio"] = round(statistics.median(b / a for a, b in zip(us["rounds"], them["rounds"])), 3)
    return {**line, **side("ours", us), **side("peer", them)}


def has_half_precision():
    """Whether the processor multiplies bfloat16: elsewhere its rows would say nothing."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def compared_pairs(build, work, script, pairs, repeats):
    """A row for each pair of our precision and a peer, or another precision of ours; "load": of the machine, at the end."""
    found = rounds(build, work, script, pairs, repeats)
    load = os.getloadavg()[0]
    return [{**row(work, found[ours], f"ours in {kind}" if kind in ("float32", "bfloat16") else kind, found[kind]), "load": round(load, 1)}
            for ours, kind in pairs]


def compared(build, work, repeats):
    """Ours against each peer that runs the network with PyTorch or OpenVINO."""
    towers = work.name in vlm_peer.PICTURE_WORKS
    if towers:
        compare_lvit.measured([sys.executable, vlm_peer.__file__, "write", work.name, work.folder, "0"])
    half = has_half_precision()
    pairs = EXACT + (HALF if half else [])
    if towers:
        pairs = pairs + [("float32", "openvino")] + ([("bfloat16", "openvinoDefault")] if half else [])
    return compared_pairs(build, work, vlm_peer, pairs, repeats)
