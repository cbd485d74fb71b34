"""One peer's process for compare_clip.py and compare_blip.py: `vlm_peer.py KIND WORK FOLDER PASSES ANSWER` writes its answer and
prints {"seconds": [...], "version", "instructions", "precision"} of so many passes after a warm-up."""

import collections
import json
import pathlib
import sys
import time

CAPTION_TOKENS = 30
PICTURE_WORKS = ("clipPicture", "blipPicture")


def model_class(work):
    import transformers

    return {"clipPicture": transformers.CLIPVisionModelWithProjection, "clipTexts": transformers.CLIPTextModelWithProjection,
            "blipPicture": transformers.BlipForConditionalGeneration, "blipGreedy": transformers.BlipForConditionalGeneration,
            "blipBeams": transformers.BlipForConditionalGeneration, "blipMatch": transformers.BlipForImageTextRetrieval}[work]


def opened(work, folder):
    """The network in float32; of BLIP's picture tower nothing else."""
    import torch

    model = model_class(work).from_pretrained(folder / "model", dtype=torch.float32).eval()
    return model.vision_model if work == "blipPicture" else model


def caption(model, picture, beams):
    """As BlipForConditionalGeneration.generate goes on behind its picture tower."""
    import torch

    config = model.config.text_config
    ids = model.text_decoder.generate(
        input_ids=torch.tensor([[config.bos_token_id]]), eos_token_id=config.sep_token_id, pad_token_id=config.pad_token_id,
        encoder_hidden_states=picture, encoder_attention_mask=torch.ones(picture.shape[:2], dtype=torch.long),
        num_beams=beams, do_sample=False, min_new_tokens=CAPTION_TOKENS, max_new_tokens=CAPTION_TOKENS)
    return ids[0, 1:]


def pass_of_network(work, model, inputs):
    """What is timed, on what the work needs beside it."""
    import torch

    if work == "clipPicture":
        return lambda: model(pixel_values=inputs["pixels"]).image_embeds
    if work == "clipTexts":
        return lambda: model(input_ids=inputs["ids"].long()).text_embeds
    if work == "blipPicture":
        return lambda: model(pixel_values=inputs["pixels"]).last_hidden_state
    picture = model.vision_model(pixel_values=inputs["pixels"]).last_hidden_state
    if work != "blipMatch":
        return lambda: caption(model, picture, 3 if work == "blipBeams" else 1)
    ids = inputs["ids"].long()
    masks = torch.ones_like(ids), torch.ones(picture.shape[:2], dtype=torch.long)

    def match():
        read = model.text_encoder(input_ids=ids, attention_mask=masks[0], encoder_hidden_states=picture, encoder_attention_mask=masks[1])
        return model.itm_head(read.last_hidden_state[:, 0])

    return match


def pass_of_transformers(work, folder, half):
    import torch
    import transformers
    from safetensors.torch import load_file

    transformers.logging.set_verbosity_error()
    model = opened(work, folder)
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        run = pass_of_network(work, model, load_file(folder / "input.safetensors"))

    def autocast():
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            return run()

    instructions = torch.backends.cpu.get_cpu_capability()
    if half and torch.cpu._is_amx_tile_supported():
        instructions += ", AMX"
    about = {"version": f"{transformers.__version__}, PyTorch {torch.__version__.split('+')[0]}", "instructions": instructions,
             "precision": "bfloat16 autocast" if half else "float32"}
    return about, autocast


def kernel_names(compiled):
    """Of the matrix products, the commonest first: they name the instruction set."""
    kinds = collections.Counter(node.get_rt_info()["primitiveType"].astype(str) for node in compiled.get_runtime_model().get_ordered_ops()
                                if node.get_rt_info()["layerType"].astype(str) in ("FullyConnected", "MatMul"))
    return ", ".join(kind for kind, _ in kinds.most_common(1))


def pass_of_openvino(work, folder, half):
    import openvino
    import torch
    from safetensors.torch import load_file

    options = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY"}
    if not half:
        options["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = openvino.Core().compile_model(folder / "openvino.xml", "CPU", options)
    pixels = load_file(folder / "input.safetensors")["pixels"].numpy()
    precision = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    about = {"version": openvino.__version__.split("-")[0], "instructions": kernel_names(compiled),
             "precision": {"f32": "float32", "bf16": "bfloat16"}.get(precision, precision) + (", its default" if half else "")}
    return about, lambda: torch.from_numpy(compiled([pixels])[0])


def write_openvino(work, folder):
    """The picture tower as OpenVINO reads it, in float32."""
    import openvino
    import torch
    from safetensors.torch import load_file

    class Tower(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tower = opened(work, folder)

        def forward(self, pixels):
            return pass_of_network(work, self.tower, {"pixels": pixels})()

    pixels = load_file(folder / "input.safetensors")["pixels"]
    openvino.save_model(openvino.convert_model(Tower(), example_input=pixels, input=pixels.shape), folder / "openvino.xml", compress_to_fp16=False)


PEERS = {
    "transformers": lambda work, folder: pass_of_transformers(work, folder, half=False),
    "transformersHalf": lambda work, folder: pass_of_transformers(work, folder, half=True),
    "openvino": lambda work, folder: pass_of_openvino(work, folder, half=False),
    "openvinoDefault": lambda work, folder: pass_of_openvino(work, folder, half=True),
}


def main():
    import torch
    from safetensors.torch import save_file

    kind, work, folder, passes = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
    with torch.inference_mode(kind != "write"):
        if kind == "write":
            write_openvino(work, folder)
            return
        about, run = PEERS[kind](work, folder)
        save_file({"answer": run().float().contiguous()}, sys.argv[5])
        seconds = []
        for _ in range(passes):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, **about}))


if __name__ == "__main__":
    main()
