"""What compare_clip.py and compare_blip.py share: a work through bench_vlm and through the peers, every program in a process of its
own, in turn, in each of `repeats` rounds, on the same random weights and input. All answers are compared before any time is printed."""

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


@dataclasses.dataclass(frozen=True)
class Work:
    """One of bench_vlm's benchmarks, and a folder with "model" and "input.safetensors"."""

    name: str
    words: str
    folder: pathlib.Path
    gives_ids: bool = False  # They must be equal in float32; in bfloat16 another token is a rounding away.


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


def our_round(build, work, answer, **more):
    command = [pathlib.Path(build) / "bin" / "bench_vlm", "--benchmark_format=json", f"--benchmark_filter=^{work.name}/",
               f"--benchmark_repetitions={PASSES}", "--benchmark_min_time=0.001"]
    output, megabytes = compare_lvit.measured(command, LIMN_BENCH_MODEL=str(work.folder / "model"), LIMN_BENCH_ANSWER=str(answer),
                                              LIMN_BENCH_INPUT=str(work.folder / "input.safetensors"), **THREADS, **more)
    found = json.loads(output)
    runs = [run for run in found["benchmarks"] if run["run_type"] == "iteration"]
    return {"seconds": [run["real_time"] / 1000 for run in runs], "peak_mb": megabytes, "precision": "float32",
            "instructions": found["context"]["instructions"]}


def peer_round(work, kind, answer):
    command = [sys.executable, vlm_peer.__file__, kind, work.name, work.folder, PASSES, answer]
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
        if not difference < tolerance:
            raise SystemExit(f"{work.words}: {who} differs from transformers in float32 by {difference}: the times mean nothing")


def rounds(build, work, peers, repeats):
    """{"ours" or kind: {"seconds": all, "peak_mb": ..., ...}}"""
    programs = {"ours": lambda answer: our_round(build, work, answer)}
    programs |= {kind: lambda answer, kind=kind: peer_round(work, kind, answer) for kind in peers}
    answers = work.folder / "answers"
    answers.mkdir(exist_ok=True)
    found = {name: [] for name in programs}
    for _ in range(repeats):
        for name, program in programs.items():
            found[name].append(program(answers / f"{name}.safetensors"))
    merged = {name: {**runs[0], "seconds": [second for run in runs for second in run["seconds"]], "peak_mb": max(run["peak_mb"] for run in runs)}
              for name, runs in found.items()}
    require_equal(work, merged, answers)
    return merged


def side(prefix, runs):
    return {f"{prefix}_s": measuring.digits4(statistics.median(runs["seconds"])), f"{prefix}_least_s": measuring.digits4(min(runs["seconds"])),
            f"{prefix}_peak_mb": round(runs["peak_mb"]), f"{prefix}_precision": runs["precision"], f"{prefix}_instructions": runs["instructions"]}


def row(work, us, peer, them):
    ratio = statistics.median(them["seconds"]) / statistics.median(us["seconds"])
    return {"work": work.words, "peer": peer, "peer_version": them["version"], "ratio": round(ratio, 3),
            "least_ratio": round(min(them["seconds"]) / min(us["seconds"]), 3), **side("ours", us), **side("peer", them)}


def compared(build, work, repeats):
    """Ours against each peer; "load": of the machine, at the end."""
    towers = work.name in vlm_peer.PICTURE_WORKS
    if towers:
        compare_lvit.measured([sys.executable, vlm_peer.__file__, "write", work.name, work.folder, "0"])
    kinds = ["transformers", "transformersHalf"] + (["openvino", "openvinoDefault"] if towers else [])
    found = rounds(build, work, kinds, repeats)
    load = os.getloadavg()[0]
    return [{**row(work, found["ours"], kind, found[kind]), "load": round(load, 1)} for kind in kinds]
