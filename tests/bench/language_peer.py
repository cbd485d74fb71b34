"""One peer's process of compare_language.py: `language_peer.py KIND WORK FOLDER PASSES ANSWER` writes the ids that come and prints
{"seconds": [...], "version", "instructions", "precision"} of so many passes after a warm-up; with KIND "convert" it writes what
CTranslate2 reads, in float32 and int8."""

import json
import os
import pathlib
import sys
import time

TOKENS = 32
PATHS = {"ctranslate2": "float32", "ctranslate2Int8": "int8"}


def kind_of(folder):
    return json.loads((folder / "model" / "config.json").read_text())["model_type"]


def prompt_ids(folder):
    from safetensors.torch import load_file

    return load_file(folder / "input.safetensors")["ids"].long()


def convert(folder):
    import ctranslate2

    for path in PATHS.values():
        converter = ctranslate2.converters.TransformersConverter(str(folder / "model"))
        converter.convert(str(folder / path), quantization=None if path == "float32" else path, force=True)


def pass_of_ctranslate2(folder, beams, kind):
    import ctranslate2

    options = {"device": "cpu", "compute_type": PATHS[kind], "intra_threads": int(os.environ.get("OMP_NUM_THREADS", "2")), "inter_threads": 1}
    words = json.loads((folder / "model" / "tokenizer.json").read_text())["model"]["vocab"]
    names = {i: name for name, i in words.items()}
    prompt = [[names[i] for i in prompt_ids(folder)[0].tolist()]]
    about = {"version": ctranslate2.__version__, "precision": PATHS[kind], "instructions": os.environ.get("CT2_FORCE_CPU_ISA", "its choice")}
    if kind_of(folder) == "t5":
        translator = ctranslate2.Translator(str(folder / PATHS[kind]), **options)
        settings = {"beam_size": beams, "max_decoding_length": TOKENS, "min_decoding_length": TOKENS, "length_penalty": 1}
        return about, lambda: [words[name] for name in translator.translate_batch(prompt, **settings)[0].hypotheses[0]]
    generator = ctranslate2.Generator(str(folder / PATHS[kind]), **options)
    settings = {"beam_size": beams, "max_length": TOKENS, "min_length": TOKENS, "length_penalty": 1, "include_prompt_in_result": False}
    return about, lambda: generator.generate_batch(prompt, **settings)[0].sequences_ids[0]


def pass_of_transformers(folder, beams):
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    t5 = kind_of(folder) == "t5"
    model_class = transformers.AutoModelForSeq2SeqLM if t5 else transformers.AutoModelForCausalLM
    model = model_class.from_pretrained(folder / "model", dtype=torch.float32).eval()
    ids = prompt_ids(folder)
    settings = {"attention_mask": torch.ones_like(ids), "num_beams": beams, "do_sample": False, "max_new_tokens": TOKENS, "min_new_tokens": TOKENS}
    skipped = 1 if t5 else ids.shape[1]
    about = {"version": f"{transformers.__version__}, PyTorch {torch.__version__.split('+')[0]}", "precision": "float32",
             "instructions": torch.backends.cpu.get_cpu_capability()}
    return about, lambda: model.generate(ids, **settings)[0, skipped:].tolist()


def main():
    import torch
    from safetensors.torch import save_file

    kind, work, folder, passes = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
    if kind == "convert":
        convert(folder)
        return
    beams = 5 if work == "languageBeams" else 1
    with torch.inference_mode():
        about, run = pass_of_transformers(folder, beams) if kind == "transformers" else pass_of_ctranslate2(folder, beams, kind)
        save_file({"answer": torch.tensor(run()[:TOKENS]).float()}, sys.argv[5])
        seconds = []
        for _ in range(passes):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, **about}))


if __name__ == "__main__":
    main()
