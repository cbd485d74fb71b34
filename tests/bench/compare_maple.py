"""One training step of MaPLe at ViT-B/16 (two tokens, depth 9, batch 4, 10 classes: forward, backward, SGD) against the same over
transformers' CLIP on PyTorch in float32, from the same weights and prompts; the losses of all steps must agree. How is in
vlm_rounds.py and maple_peer.py."""

import json
import os
import pathlib
import sys
import tempfile

import compare_clip
import compare_lvit
import vlm_rounds

PACKAGES = vlm_rounds.PACKAGES
PEER = pathlib.Path(__file__).with_name("maple_peer.py")  # Needs the peers' environment, which this file does not.
STEPS = 3  # Timed, of one program in one round.
CLASSES = 10
DEPTH = 9


def write_work(folder):
    import torch
    from safetensors.torch import save_file

    work = compare_clip.works(folder)[0].folder
    (folder / "maple").mkdir()
    (folder / "maple" / "model").symlink_to((work / "model").resolve())
    ids = torch.full((CLASSES, 77), 0)
    ids[:, 0] = 49406
    for row, length in zip(ids, range(6, 6 + CLASSES)):
        row[1:length] = torch.randint(1, 49000, (length - 1,))
        row[length] = 49407
    vlm_rounds.write_input(folder / "maple", pixels=torch.randn(4, 3, 224, 224), ids=ids, labels=torch.arange(4))
    prompts = {"ctx": 0.02 * torch.randn(2, 512), "proj.weight": torch.randn(768, 512) / 512**0.5, "proj.bias": torch.zeros(768)}
    for i in range(DEPTH - 1):
        prompts |= {f"compound_prompts_text.{i}": 0.02 * torch.randn(2, 512), f"compound_prompt_projections.{i}.bias": torch.zeros(768),
                    f"compound_prompt_projections.{i}.weight": torch.randn(768, 512) / 512**0.5}
    prompts = {f"prompt_learner.{name}": value.contiguous() for name, value in prompts.items()}
    save_file(prompts, folder / "maple" / "prompts.safetensors")
    return vlm_rounds.Work("mapleStep", f"MaPLe training step, CLIP ViT-B/16, depth {DEPTH}, batch 4, {CLASSES} classes", folder / "maple")


def peer_round(work, answer):
    output, megabytes = compare_lvit.measured([sys.executable, PEER, work.folder, STEPS, answer], **vlm_rounds.THREADS)
    return {**json.loads(output), "peak_mb": megabytes}


def merged(runs):
    return {**runs[0], "seconds": [second for run in runs for second in run["seconds"]], "peak_mb": max(run["peak_mb"] for run in runs)}


def run(build, repeats):
    from safetensors.torch import load_file

    with tempfile.TemporaryDirectory() as temporary:
        work = write_work(pathlib.Path(temporary))
        ours, theirs = [], []
        for _ in range(repeats):
            ours.append(vlm_rounds.our_round(build, work, work.folder / "ours.safetensors",
                                             LIMN_BENCH_PROMPTS=str(work.folder / "prompts.safetensors")))
            theirs.append(peer_round(work, work.folder / "theirs.safetensors"))
        losses = [load_file(work.folder / f"{who}.safetensors")["answer"] for who in ("ours", "theirs")]
        both = min(len(one) for one in losses)
        difference = float((losses[0][:both] - losses[1][:both]).abs().max())
        if not difference < 1e-3 * float(losses[1].abs().max()):
            raise SystemExit(f"{work.words}: the losses differ by {difference}: the times mean nothing")
        return [{**vlm_rounds.row(work, merged(ours), "transformers", merged(theirs)), "load": round(os.getloadavg()[0], 1)}]
