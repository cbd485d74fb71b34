"""CLIP ViT-B/16 on the processor: its picture tower, one picture and eight at once, and 16 texts of 77 tokens at once, against Hugging Face
transformers on PyTorch in float32 and bfloat16; the picture tower also against OpenVINO in float32 and at its default. How is in
vlm_rounds.py."""

import pathlib
import tempfile

import vlm_rounds

PACKAGES = vlm_rounds.PACKAGES
TEXTS = 16


def works(folder):
    import torch
    import transformers

    torch.manual_seed(2026)
    config = transformers.CLIPConfig(vision_config={"patch_size": 16, "image_size": 224, "hidden_size": 768, "intermediate_size": 3072,
                                                    "num_hidden_layers": 12, "num_attention_heads": 12})
    vlm_rounds.random_model(transformers.CLIPModel(config), folder / "model")
    ids = torch.randint(1, 49000, (TEXTS, 77))
    ids[:, 0] = 49406
    for row, length in zip(ids, range(10, 10 + TEXTS)):
        row[length:] = 49407
    for name, tensors in {"one": {"pixels": torch.randn(1, 3, 224, 224)}, "eight": {"pixels": torch.randn(8, 3, 224, 224)},
                          "texts": {"ids": ids}}.items():
        vlm_rounds.write_input(folder / name, **tensors)
        (folder / name / "model").symlink_to(folder / "model")
    tower = "CLIP ViT-B/16, picture tower"
    return [vlm_rounds.Work("clipPicture", f"{tower}, batch 1", folder / "one"), vlm_rounds.Work("clipPicture", f"{tower}, batch 8", folder / "eight"),
            vlm_rounds.Work("clipTexts", f"CLIP ViT-B/16, {TEXTS} texts of 77 tokens", folder / "texts")]


def run(build, repeats):
    with tempfile.TemporaryDirectory() as temporary:
        return [row for work in works(pathlib.Path(temporary)) for row in vlm_rounds.compared(build, work, repeats)]
