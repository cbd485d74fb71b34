"""BLIP base on the processor: its picture tower at 384 pixels, a caption of 30 tokens, greedy and with three beams, and how well a text
of 30 tokens matches, each behind the picture tower, against Hugging Face transformers on PyTorch in float32 and bfloat16; the
picture tower also against OpenVINO in float32 and at its default. A caption's ids must be the peer's. How is in vlm_rounds.py."""

import pathlib
import tempfile

import vlm_peer
import vlm_rounds

PACKAGES = vlm_rounds.PACKAGES
MATCHED = 30


def works(folder):
    import torch
    import transformers

    torch.manual_seed(2026)
    # Its own range of the picture tower's first weights would leave nothing but zeros to compare.
    config = transformers.BlipConfig(text_config={"num_attention_heads": 12}, vision_config={"initializer_range": 0.02})
    writes, compares = folder / "writes", folder / "compares"
    vlm_rounds.random_model(transformers.BlipForConditionalGeneration(config), writes / "model")
    vlm_rounds.random_model(transformers.BlipForImageTextRetrieval(config), compares / "model")
    pixels, ids = torch.randn(1, 3, 384, 384), torch.randint(1000, 30000, (1, MATCHED))
    vlm_rounds.write_input(writes, pixels=pixels)
    vlm_rounds.write_input(compares, pixels=pixels, ids=ids)
    tokens = f"{vlm_peer.CAPTION_TOKENS} tokens"
    return [vlm_rounds.Work("blipPicture", "BLIP base, picture tower, 384x384", writes),
            vlm_rounds.Work("blipGreedy", f"BLIP base, caption of {tokens}, greedy", writes, gives_ids=True),
            vlm_rounds.Work("blipBeams", f"BLIP base, caption of {tokens}, 3 beams", writes, gives_ids=True),
            vlm_rounds.Work("blipMatch", f"BLIP base, match of a text of {MATCHED} tokens", compares)]


def run(build, repeats):
    with tempfile.TemporaryDirectory() as temporary:
        return [row for work in works(pathlib.Path(temporary)) for row in vlm_rounds.compared(build, work, repeats)]
