"""Makes a folder of BLIP-2 or InstructBLIP as Hugging Face lays it out, with weights by a fill rule: useless but for
tests. Needs nothing but Python.

    python3 tests/support/make_blip2.py opt FOLDER                      # also t5, instruct-t5, instruct-llama
    python3 tests/support/make_blip2.py opt FOLDER --size full --type bf16   # the shapes of blip2-opt-2.7b: 7.5 GB
"""

import argparse
import json
import math
import pathlib
import struct

WORDS = ["a", "the", "lung", "left", "right", "clear", "opacity", "no", "is", "there", "picture", "of", "what", "heart"]
CHARACTERS = "abcdefghijklmnopqrstuvwxyzQA.,?:"
MASK = (1 << 64) - 1

# width, layers, heads, mlp of the tower; picture and patch; width, layers, heads, feed-forward of the Q-Former; queries
TINY = {"tower": (24, 2, 2, 48, 28, 7), "qformer": (24, 2, 2, 32), "queries": 4, "positions": 64}
FULL = {"tower": (1408, 39, 16, 6144, 224, 14), "qformer": (768, 12, 12, 3072), "queries": 32, "positions": 512}
LANGUAGE = {  # words (0: the tokenizer's), width, layers, heads, feed-forward, positions
    ("opt", "tiny"): (0, 32, 2, 2, 48, 96), ("opt", "full"): (50272, 2560, 32, 32, 10240, 2048),
    ("t5", "tiny"): (0, 32, 2, 2, 48, 64), ("t5", "full"): (32128, 2048, 24, 32, 5120, 512),
    ("llama", "tiny"): (0, 32, 2, 2, 48, 96), ("llama", "full"): (32001, 4096, 32, 32, 11008, 2048),
}


def values(key, count, scale, offset):
    """Numbers that follow from the key alone."""
    h = 0xCBF29CE484222325
    for byte in key.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    result = []
    for i in range(count):
        z = (h + (i + 1) * 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        result.append(offset + scale * (2 * (z >> 40) / 16777216.0 - 1))
    return result


def packed(numbers, kind):
    if kind == "f16":
        return struct.pack(f"<{len(numbers)}e", *numbers)
    floats = struct.pack(f"<{len(numbers)}f", *numbers)
    if kind == "f32":
        return floats
    bits = struct.unpack(f"<{len(numbers)}I", floats)
    return struct.pack(f"<{len(numbers)}H", *[(b + 0x8000) >> 16 & 0xFFFF for b in bits])


def block_of(key, shape, kind):
    """The bytes that repeat until the tensor is full."""
    period = 4093 if math.prod(shape) < 1 << 20 else 509  # Quick where there are billions.
    count = min(math.prod(shape), period)
    if len(shape) == 1:
        scale, offset = (0.1, 1) if key.endswith("weight") else (0.05, 0)
    else:
        scale, offset = math.sqrt(3 / math.prod(shape[1:])), 0
    if "qkv.bias" in key:
        scale, offset = 0, 0
    return packed(values(key, count, scale, offset), kind)


def write_safetensors(file, shapes, kind):
    size = 4 if kind == "f32" else 2
    header, at = {}, 0
    for key, shape in shapes.items():
        end = at + size * math.prod(shape)
        header[key] = {"dtype": kind.upper(), "shape": list(shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for key, shape in shapes.items():
            block, left = block_of(key, shape, kind), size * math.prod(shape)
            block *= max(1, min(left, 1 << 24) // len(block))
            while left > 0:
                left -= out.write(block[:left])


def write_weights(folder, shapes, kind, most=4 << 30):
    """One file, or shards of at most so many bytes."""
    shards, used = [{}], 0
    for key, shape in shapes.items():
        size = (4 if kind == "f32" else 2) * math.prod(shape)
        if used + size > most and shards[-1]:
            shards.append({})
            used = 0
        shards[-1][key] = shape
        used += size
    if len(shards) == 1:
        write_safetensors(folder / "model.safetensors", shapes, kind)
        return
    places = {}
    for i, shard in enumerate(shards):
        name = f"model-{i + 1:05}-of-{len(shards):05}.safetensors"
        write_safetensors(folder / name, shard, kind)
        places.update({key: name for key in shard})
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))


def linear(shapes, key, rows, columns, bias=True):
    shapes[key + ".weight"] = (rows, columns)
    if bias:
        shapes[key + ".bias"] = (rows,)


def norm(shapes, key, width, bias=True):
    shapes[key + ".weight"] = (width,)
    if bias:
        shapes[key + ".bias"] = (width,)


def tower_shapes(sizes):
    width, layers, _, mlp, picture, patch = sizes["tower"]
    front = "vision_model."
    shapes = {
        front + "embeddings.class_embedding": (1, 1, width),
        front + "embeddings.position_embedding": (1, 1 + (picture // patch) ** 2, width),
        front + "embeddings.patch_embedding.weight": (width, 3, patch, patch),
        front + "embeddings.patch_embedding.bias": (width,),
    }
    for i in range(layers):
        layer = f"{front}encoder.layers.{i}."
        norm(shapes, layer + "layer_norm1", width)
        linear(shapes, layer + "self_attn.qkv", 3 * width, width)
        linear(shapes, layer + "self_attn.projection", width, width)
        norm(shapes, layer + "layer_norm2", width)
        linear(shapes, layer + "mlp.fc1", mlp, width)
        linear(shapes, layer + "mlp.fc2", width, mlp)
    norm(shapes, front + "post_layernorm", width)
    return shapes


def qformer_shapes(sizes, words):
    """words: of its own texts; 0: it reads none."""
    width, layers, _, feed = sizes["qformer"]
    shapes = {"query_tokens": (1, sizes["queries"], width)}
    if words:
        shapes["qformer.embeddings.word_embeddings.weight"] = (words, width)
        shapes["qformer.embeddings.position_embeddings.weight"] = (sizes["positions"], width)
    norm(shapes, "qformer.embeddings.layernorm" if words else "qformer.layernorm", width)
    for i in range(layers):
        layer = f"qformer.encoder.layer.{i}."
        for part in ["attention", "crossattention"][: 2 if i % 2 == 0 else 1]:
            source = width if part == "attention" else sizes["tower"][0]
            linear(shapes, f"{layer}{part}.attention.query", width, width)
            linear(shapes, f"{layer}{part}.attention.key", width, source)
            linear(shapes, f"{layer}{part}.attention.value", width, source)
            linear(shapes, f"{layer}{part}.output.dense", width, width)
            norm(shapes, f"{layer}{part}.output.LayerNorm", width)
        for end in ["_query", ""][: 2 if words else 1]:
            linear(shapes, f"{layer}intermediate{end}.dense", feed, width)
            linear(shapes, f"{layer}output{end}.dense", width, feed)
            norm(shapes, f"{layer}output{end}.LayerNorm", width)
    return shapes


def opt_shapes(words, width, layers, heads, feed, positions):
    front = "language_model.model.decoder."
    shapes = {front + "embed_tokens.weight": (words, width), front + "embed_positions.weight": (positions + 2, width)}
    norm(shapes, front + "final_layer_norm", width)
    for i in range(layers):
        for part in "kvq":
            linear(shapes, f"{front}layers.{i}.self_attn.{part}_proj", width, width)
        linear(shapes, f"{front}layers.{i}.self_attn.out_proj", width, width)
        norm(shapes, f"{front}layers.{i}.self_attn_layer_norm", width)
        linear(shapes, f"{front}layers.{i}.fc1", feed, width)
        linear(shapes, f"{front}layers.{i}.fc2", width, feed)
        norm(shapes, f"{front}layers.{i}.final_layer_norm", width)
    return shapes


def t5_shapes(words, width, layers, heads, feed, positions):
    front = "language_model."
    inner = 64 * heads if width > 1000 else width
    shapes = {front + "shared.weight": (words, width), front + "lm_head.weight": (words, width)}
    for stack in ["encoder", "decoder"]:
        for i in range(layers):
            block = f"{front}{stack}.block.{i}.layer."
            attentions = ["0.SelfAttention"] + (["1.EncDecAttention"] if stack == "decoder" else [])
            for attention in attentions:
                for part in "qkv":
                    linear(shapes, f"{block}{attention}.{part}", inner, width, False)
                linear(shapes, f"{block}{attention}.o", width, inner, False)
                norm(shapes, f"{block}{attention[0]}.layer_norm", width, False)
            if i == 0:
                shapes[f"{block}0.SelfAttention.relative_attention_bias.weight"] = (32, heads)
            last = len(attentions)
            for part in ["wi_0", "wi_1"]:
                linear(shapes, f"{block}{last}.DenseReluDense.{part}", feed, width, False)
            linear(shapes, f"{block}{last}.DenseReluDense.wo", width, feed, False)
            norm(shapes, f"{block}{last}.layer_norm", width, False)
        norm(shapes, f"{front}{stack}.final_layer_norm", width, False)
    return shapes


def llama_shapes(words, width, layers, heads, feed, positions):
    front = "language_model.model."
    shapes = {front + "embed_tokens.weight": (words, width), "language_model.lm_head.weight": (words, width)}
    norm(shapes, front + "norm", width, False)
    for i in range(layers):
        for part in "qkvo":
            linear(shapes, f"{front}layers.{i}.self_attn.{part}_proj", width, width, False)
        for part in ["gate_proj", "up_proj"]:
            linear(shapes, f"{front}layers.{i}.mlp.{part}", feed, width, False)
        linear(shapes, f"{front}layers.{i}.mlp.down_proj", width, feed, False)
        norm(shapes, f"{front}layers.{i}.input_layernorm", width, False)
        norm(shapes, f"{front}layers.{i}.post_attention_layernorm", width, False)
    return shapes


def merged(words, mark, vocabulary):
    """Merges that make each word of its letters, with the mark in front; their pieces join the vocabulary."""
    merges = []
    for word in words:
        piece = mark
        for letter in word:
            if piece + letter not in vocabulary:
                vocabulary.append(piece + letter)
                merges.append((piece, letter))
            piece += letter
    return merges


def byte_alphabet():
    """A printable character for each byte, as GPT-2 writes them."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in shown}
    for byte in range(256):
        letters.setdefault(byte, chr(256 + len(letters) - len(shown)))
    return letters


def opt_tokenizer(folder):
    letters = byte_alphabet()
    vocabulary = ["<s>", "<pad>", "</s>", "<unk>", *letters.values()]
    merges = merged(WORDS, letters[32], vocabulary)
    vocabulary.append("<image>")
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(vocabulary)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "bos_token": "</s>", "eos_token": "</s>",
        "pad_token": "<pad>", "unk_token": "<unk>",
        "added_tokens_decoder": {str(len(vocabulary) - 1): {"content": "<image>", "special": True}}}))
    return len(vocabulary), vocabulary.index(letters[10])


def added(tokens):
    return [{"id": i, "content": token, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False} for i, token in tokens]


def framed(sequence, token, i):
    return {"type": "TemplateProcessing", "single": sequence, "special_tokens": {token: {"id": token, "ids": [i]}}}


def t5_tokenizer(folder):
    pieces = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["\u2581", -2.0]]
    pieces += [["\u2581" + word, -3.0] for word in WORDS] + [[letter, -5.0] for letter in CHARACTERS]
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "added_tokens": added([(0, "<pad>"), (1, "</s>"), (2, "<unk>")]), "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"},
        "post_processor": framed(
            [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}], "</s>", 1),
        "model": {"type": "Unigram", "unk_id": 2, "vocab": pieces}}))
    return len(pieces), 1


def llama_tokenizer(folder):
    vocabulary = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)], "\u2581", *CHARACTERS]
    merges = merged(WORDS, "\u2581", vocabulary)
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "added_tokens": added([(0, "<unk>"), (1, "<s>"), (2, "</s>")]),
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "\u2581"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "post_processor": framed(
            [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "<s>", 1),
        "model": {"type": "BPE", "unk_token": "<unk>", "byte_fallback": True, "fuse_unk": True,
                  "vocab": {token: i for i, token in enumerate(vocabulary)},
                  "merges": [f"{a} {b}" for a, b in merges]}}))
    return len(vocabulary), 2


def qformer_tokenizer(folder):
    folder.mkdir(exist_ok=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *CHARACTERS[26:], "[DEC]"]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(words)) + "\n")
    return len(dict.fromkeys(words))


def text_config(language, sizes, words, end):
    _, width, layers, heads, feed, positions = sizes
    if language == "opt":
        return {"model_type": "opt", "vocab_size": words, "hidden_size": width, "word_embed_proj_dim": width,
                "num_hidden_layers": layers, "num_attention_heads": heads, "ffn_dim": feed,
                "max_position_embeddings": positions, "eos_token_id": end}
    if language == "t5":
        return {"model_type": "t5", "vocab_size": words, "d_model": width,
                "d_kv": 64 if width > 1000 else width // heads, "num_heads": heads, "num_layers": layers, "d_ff": feed,
                "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu", "tie_word_embeddings": False,
                "n_positions": positions, "decoder_start_token_id": 0, "eos_token_id": end}
    return {"model_type": "llama", "vocab_size": words, "hidden_size": width, "num_hidden_layers": layers,
            "num_attention_heads": heads, "intermediate_size": feed, "max_position_embeddings": positions,
            "bos_token_id": 1, "eos_token_id": end}


def make(kind, folder, size, number_type):
    folder.mkdir(parents=True, exist_ok=True)
    instructed = kind.startswith("instruct-")
    language = kind.removeprefix("instruct-")
    sizes = TINY if size == "tiny" else FULL
    known, end = {"opt": opt_tokenizer, "t5": t5_tokenizer, "llama": llama_tokenizer}[language](folder)
    of_language = LANGUAGE[language, size]
    words = of_language[0] or known
    qformer_words = qformer_tokenizer(folder / "qformer_tokenizer") if instructed else 0
    if qformer_words and size == "full":
        qformer_words = 30523
    tower, qformer = sizes["tower"], sizes["qformer"]
    config = {
        "model_type": "instructblip" if instructed else "blip-2", "num_query_tokens": sizes["queries"],
        "vision_config": dict(zip(["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
                                   "image_size", "patch_size"], tower)),
        "qformer_config": dict(zip(["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"],
                                   qformer))
        | {"encoder_hidden_size": tower[0], "max_position_embeddings": sizes["positions"],
           "vocab_size": qformer_words or 30522},
        "text_config": text_config(language, of_language, words, end),
    }
    if language == "opt" and size == "tiny":
        config["image_token_index"] = known - 1  # The newer way of placing the picture's tokens.
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    shapes = tower_shapes(sizes) | qformer_shapes(sizes, qformer_words)
    linear(shapes, "language_projection", of_language[1], qformer[0])
    of = {"opt": opt_shapes, "t5": t5_shapes, "llama": llama_shapes}[language]
    shapes |= of(words, *of_language[1:])
    write_weights(folder, shapes, number_type)
    return sum(math.prod(shape) for shape in shapes.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["opt", "t5", "instruct-t5", "instruct-llama"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", choices=["tiny", "full"], default="tiny")
    parser.add_argument("--type", choices=["f32", "bf16", "f16"], default="f32")
    given = parser.parse_args()
    count = make(given.kind, given.folder, given.size, given.type)
    print(f"{count:,} parameters in {given.folder}")
