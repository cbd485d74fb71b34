"""Language models on the processor: 32 tokens behind a prompt of 24, greedy and with five beams, of an OPT, a Llama and a T5, against
CTranslate2 in float32 and int8 and Hugging Face transformers in float32, and ours in int8 against ours in float32. The ids in
float32 must be the peers' (of beams it is told where they are not). Widths are those of OPT-1.3b and of models of that size, with fewer layers. How is in vlm_rounds.py."""

import pathlib
import sys
import tempfile

import compare_lvit
import language_peer
import vlm_rounds

PACKAGES = vlm_rounds.PACKAGES + [("ctranslate2==4.8.*", "ctranslate2")]
PROMPT = 24
WORDS = 16000
PAIRS = [("float32", "transformers"), ("float32", "ctranslate2"), ("int8", "ctranslate2Int8"), ("int8", "float32")]


def models():
    import transformers

    ends = {"bos_token_id": 2, "eos_token_id": 2, "pad_token_id": 1}
    return {
        "OPT": (transformers.OPTForCausalLM, transformers.OPTConfig(
            vocab_size=WORDS, hidden_size=2048, word_embed_proj_dim=2048, ffn_dim=8192, num_hidden_layers=6, num_attention_heads=32, **ends)),
        "Llama": (transformers.LlamaForCausalLM, transformers.LlamaConfig(
            vocab_size=WORDS, hidden_size=2048, intermediate_size=5504, num_hidden_layers=6, num_attention_heads=16, **ends)),
        "T5": (transformers.T5ForConditionalGeneration, transformers.T5Config(
            vocab_size=WORDS, d_model=1024, d_kv=64, d_ff=2816, num_layers=8, num_heads=16, feed_forward_proj="gated-gelu",
            tie_word_embeddings=False, pad_token_id=1, eos_token_id=2, decoder_start_token_id=1)),
    }


def write_tokenizer(folder):
    """Words "w0", "w1", ... for CTranslate2's converter, which wants to know what each id is called."""
    import json

    names = ["<s>", "<pad>", "</s>", "<unk>"] + [f"w{i}" for i in range(4, WORDS)]
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {name: i for i, name in enumerate(names)}, "unk_token": "<unk>"}}))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}))


def works(folder):
    import torch

    torch.manual_seed(2026)
    for name, (kind, config) in models().items():
        place = folder / name
        model = kind(config).eval()
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if parameter.dim() > 1 and ("embed" in key or "shared" in key or "lm_head" in key):
                    parameter.normal_(0, 0.5)  # Logits that lie apart, so that a rounding changes no id.
        vlm_rounds.random_model(model, place / "model")
        write_tokenizer(place / "model")
        vlm_rounds.write_input(place, ids=torch.randint(4, WORDS, (1, PROMPT)))
        compare_lvit.measured([sys.executable, language_peer.__file__, "convert", "", place, "0", ""])
        widths = f"{getattr(config, 'num_hidden_layers', None) or config.num_layers} layers of {config.hidden_size}"
        for way, words in (("languageGreedy", "greedy"), ("languageBeams", "5 beams")):
            yield vlm_rounds.Work(way, f"{name}, {widths}, {language_peer.TOKENS} tokens behind {PROMPT}, {words}", place, gives_ids=True,
                                  may_part=way == "languageBeams")


def run(build, repeats):
    with tempfile.TemporaryDirectory() as temporary:
        rows = []
        for work in works(pathlib.Path(temporary)):
            rows += vlm_rounds.compared_pairs(build, work, language_peer, PAIRS, repeats)
            print(*(f"{row['work']}, {row['peer']}: {row['ratio']}" for row in rows[-len(PAIRS):]), sep="\n", file=sys.stderr, flush=True)
        return rows
