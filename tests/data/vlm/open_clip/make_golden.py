#!/usr/bin/env python3
"""Writes golden.json: what small CLIPs of open_clip's two layouts make of pictures and texts.

Needs torch and transformers, not open_clip: the towers are written here as open_clip, timm and torch.nn write them (the
BERT is transformers' own). Weights follow from the rule of tests/unit/models/fill_rule.h, so none are kept.
Run: python3 make_golden.py > golden.json
"""
import json
import math

import numpy
import torch
import transformers
from torch import nn
from torch.nn import functional

SEED = 11


def stream(key, count):
    value = 0xCBF29CE484222325  # FNV-1a, then splitmix64
    for byte in key.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(value ^ SEED) + (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1)) * numpy.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 16777216.0


def filled(key, shape):
    r = 2 * stream(key, math.prod(shape)) - 1
    if len(shape) == 1:
        values = 1 + 0.1 * r if key.endswith(".weight") else 0.05 * r
    else:
        values = math.sqrt(3 / math.prod(shape[1:])) * r
    return torch.from_numpy(values.astype(numpy.float32)).reshape(shape)


class Attention(nn.Module):  # timm
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1)) * (c // self.heads) ** -0.5
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c))


class TimmBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Module()
        self.mlp.fc1, self.mlp.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp.fc2(functional.gelu(self.mlp.fc1(self.norm2(x))))


class Trunk(nn.Module):
    def __init__(self, width, layers, size, patch):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + (size // patch) ** 2, width))
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(3, width, patch, patch)
        self.blocks = nn.ModuleList(TimmBlock(width, width // 64) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.norm(x)[:, 0]


class BertClip(nn.Module):  # open_clip's CustomTextCLIP with TimmModel and HFTextEncoder
    def __init__(self, model, words, pooling):
        super().__init__()
        embed, size, self.pooling = model["embed_dim"], model["vision_cfg"]["image_size"], pooling
        self.visual, self.text = nn.Module(), nn.Module()
        self.visual.trunk = Trunk(128, 2, size, 16)
        self.visual.head = nn.Sequential()
        self.visual.head.add_module("proj", nn.Linear(128, embed, bias=False))
        config = transformers.BertConfig(vocab_size=words, hidden_size=128, num_hidden_layers=2, num_attention_heads=2,
                                         intermediate_size=192, max_position_embeddings=64)
        self.text.transformer = transformers.BertModel(config, add_pooling_layer=False)
        hidden = (128 + embed) // 2
        if model["text_cfg"]["hf_proj_type"] == "mlp":
            self.text.proj = nn.Sequential(nn.Linear(128, hidden, bias=False), nn.GELU(),
                                           nn.Linear(hidden, embed, bias=False))
        else:
            self.text.proj = nn.Linear(128, embed, bias=False)
        self.logit_scale = nn.Parameter(torch.zeros([]))

    def image(self, pixels):
        return self.visual.head(self.visual.trunk(pixels))

    def texts(self, ids):
        mask = (ids != 0).long()
        x = self.text.transformer(input_ids=ids, attention_mask=mask).last_hidden_state
        if self.pooling == "mean_pooler":
            x = (x * mask.unsqueeze(-1)).sum(1) / mask.sum(-1, keepdim=True)
        else:
            x = x[:, 0]
        return self.text.proj(x)


class Block(nn.Module):  # open_clip's ResidualAttentionBlock
    def __init__(self, width, heads, act):
        super().__init__()
        self.attn, self.act = nn.MultiheadAttention(width, heads, batch_first=True), act
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Module()
        self.mlp.c_fc, self.mlp.c_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask=None):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp.c_proj(self.act(self.mlp.c_fc(self.ln_2(x))))


def tower(width, heads, act):
    transformer = nn.Module()
    transformer.resblocks = nn.ModuleList(Block(width, heads, act) for _ in range(2))
    return transformer


class PlainClip(nn.Module):
    def __init__(self, model, words):
        super().__init__()
        picture, text, embed = model["vision_cfg"], model["text_cfg"], model["embed_dim"]
        act = (lambda x: x * torch.sigmoid(1.702 * x)) if model.get("quick_gelu") else nn.GELU()
        width, patch, size = picture["width"], picture["patch_size"], picture["image_size"]
        self.visual = nn.Module()
        self.visual.conv1 = nn.Conv2d(3, width, patch, patch, bias=False)
        self.visual.class_embedding = nn.Parameter(torch.zeros(width))
        self.visual.positional_embedding = nn.Parameter(torch.zeros(1 + (size // patch) ** 2, width))
        self.visual.ln_pre, self.visual.ln_post = nn.LayerNorm(width), nn.LayerNorm(width)
        self.visual.transformer = tower(width, width // picture.get("head_width", 64), act)
        self.visual.proj = nn.Parameter(torch.zeros(width, embed))
        self.transformer = tower(text["width"], text["heads"], act)
        self.token_embedding = nn.Embedding(words, text["width"])
        self.positional_embedding = nn.Parameter(torch.zeros(text["context_length"], text["width"]))
        self.ln_final = nn.LayerNorm(text["width"])
        self.text_projection = nn.Parameter(torch.zeros(text["width"], embed))
        self.logit_scale = nn.Parameter(torch.zeros([]))

    def image(self, pixels):
        v = self.visual
        x = v.conv1(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([v.class_embedding.expand(x.shape[0], 1, -1), x], 1) + v.positional_embedding
        x = v.ln_pre(x)
        for block in v.transformer.resblocks:
            x = block(x)
        return v.ln_post(x[:, 0]) @ v.proj

    def texts(self, ids):
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        mask = torch.full((ids.shape[1], ids.shape[1]), -math.inf).triu(1)
        for block in self.transformer.resblocks:
            x = block(x, mask)
        return self.ln_final(x)[torch.arange(len(ids)), ids.argmax(-1)] @ self.text_projection


def case(name, model, net, ids):
    net.eval()
    shapes = {}
    for key, tensor in net.named_parameters():
        shapes[key] = list(tensor.shape)
        tensor.data = torch.tensor(2.0) if key == "logit_scale" else filled(key, list(tensor.shape))
    size = model["vision_cfg"]["image_size"]
    pixels = torch.from_numpy(stream("input.image", 2 * 3 * size * size).astype(numpy.float32)).reshape(2, 3, size, size)
    with torch.no_grad():
        image, text = net.image(pixels), net.texts(torch.tensor(ids))
        logits = net.logit_scale.exp() * functional.normalize(image) @ functional.normalize(text).T
    return {"name": name, "config": {"model_cfg": model}, "seed": SEED, "shapes": shapes, "ids": ids,
            "image": image.tolist(), "text": text.tolist(), "logits": logits.tolist()}


def main():
    bert = {"embed_dim": 16, "vision_cfg": {"timm_model_name": "vit_base_patch16_224", "timm_pool": "",
                                            "timm_proj": "linear", "image_size": 32},
            "text_cfg": {"hf_model_name": "some/bert", "hf_proj_type": "mlp",
                         "hf_pooler_type": "cls_last_hidden_state_pooler", "context_length": 12}}
    mean = json.loads(json.dumps(bert))
    mean["text_cfg"] |= {"hf_pooler_type": "mean_pooler", "hf_proj_type": "linear"}
    plain = {"embed_dim": 16, "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 16,
                                             "head_width": 16},
             "text_cfg": {"context_length": 8, "vocab_size": 30, "width": 48, "heads": 3, "layers": 2}}
    quick = json.loads(json.dumps(plain)) | {"quick_gelu": True}
    bert_ids = [[2, 7, 8, 9, 3, 0, 0, 0, 0, 0, 0, 0], [2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 3]]
    plain_ids = [[27, 4, 5, 28, 0, 0, 0, 0], [27, 1, 2, 3, 9, 8, 7, 28]]
    cases = [case("bert", bert, BertClip(bert, 30, "cls"), bert_ids),
             case("bert_mean", mean, BertClip(mean, 30, "mean_pooler"), bert_ids),
             case("plain", plain, PlainClip(plain, 30), plain_ids),
             case("quick_gelu", quick, PlainClip(quick, 30), plain_ids)]
    print(json.dumps({"cases": cases}))


main()
