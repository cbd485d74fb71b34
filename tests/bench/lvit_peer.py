"""LViT (Li et al., IEEE TMI 2024) in PyTorch, filled by the goldens' rule, for compare_lvit.py and compare_lvit_train.py; and one
peer's process: `lvit_peer.py KIND FOLDER PASSES WIDTH SIZE BATCH` prints {"seconds": [...], "version": ...} of so many passes after
a warm-up."""

import dataclasses
import json
import pathlib
import sys
import time

SEED = 2026


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of a network and its input: the width of the first level, the side of the square picture, pictures at once."""

    width: int
    size: int
    batch: int

    @property
    def grid(self):
        return self.size // 16

    @property
    def tokens(self):
        return self.grid**2


def numbers(key, shape):
    """u of the goldens' fill rule: splitmix64 from the FNV-1a of the name and the seed."""
    import numpy

    value = 0xCBF29CE484222325
    for byte in key.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    count = int(numpy.prod(shape))
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(value ^ SEED) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return ((z >> numpy.uint64(40)).astype(numpy.float64) / 2**24).reshape(shape)


def filled(key, shape):
    import numpy
    import torch

    shape = tuple(shape)
    u = numbers(key, shape)
    r = 2 * u - 1
    if key == "input.image":
        values = u
    elif key == "input.text":
        values = r
    elif key.endswith("running_var"):
        values = 1 + 0.5 * u
    elif key.endswith("running_mean"):
        values = 0.1 * r
    elif key.endswith("position_embeddings"):
        values = 0.02 * r
    elif len(shape) == 1:
        values = 1 + 0.1 * r if key.endswith(".weight") else 0.05 * r
    else:
        values = numpy.sqrt(3 / numpy.prod(shape[1:])) * r
    return torch.from_numpy(numpy.ascontiguousarray(values.astype(numpy.float32)))


def build_network(shape):
    import torch
    from torch import nn

    class ConvBatchNorm(nn.Module):
        def __init__(self, inside, outside):
            super().__init__()
            self.conv = nn.Conv2d(inside, outside, 3, padding=1)
            self.norm = nn.BatchNorm2d(outside)

        def forward(self, x):
            return torch.relu(self.norm(self.conv(x)))

    class Down(nn.Module):
        def __init__(self, inside, outside):
            super().__init__()
            self.nConvs = nn.Sequential(ConvBatchNorm(inside, outside), ConvBatchNorm(outside, outside))

        def forward(self, x):
            return self.nConvs(nn.functional.max_pool2d(x, 2))

    class Plam(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv_avg = nn.Conv2d(channels, channels, 1, bias=False)
            self.conv_max = nn.Conv2d(channels, channels, 1, bias=False)
            self.bottleneck = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 1))

        def forward(self, x):
            mean = torch.relu(self.conv_avg(x)).mean(1, keepdim=True)
            most = torch.relu(self.conv_max(x)).max(1, keepdim=True)[0]
            pooled = torch.cat([mean, most, mean + most], 1).transpose(1, 3)
            return self.bottleneck(pooled).transpose(1, 3) * x

    class Up(nn.Module):
        def __init__(self, inside, outside):
            super().__init__()
            self.pixModule = Plam(inside // 2)
            self.nConvs = nn.Sequential(ConvBatchNorm(inside, outside), ConvBatchNorm(outside, outside))

        def forward(self, x, skip):
            up = nn.functional.interpolate(x, scale_factor=2, mode="nearest")
            return self.nConvs(torch.cat([self.pixModule(skip), up], 1))

    class ConvTrans(nn.Module):
        def __init__(self, inside, outside):
            super().__init__()
            self.conv = nn.Conv1d(inside, outside, 3, padding=1)
            self.norm = nn.BatchNorm1d(outside)

        def forward(self, x):
            return torch.relu(self.norm(self.conv(x)))

    class Embeddings(nn.Module):
        def __init__(self, channels, patch, tokens):
            super().__init__()
            self.position_embeddings = nn.Parameter(torch.zeros(1, tokens, channels))
            self.patch_embeddings = nn.Conv2d(channels, channels, patch, patch)

        def forward(self, x):
            return self.patch_embeddings(x).flatten(2).transpose(1, 2) + self.position_embeddings

    class Attention(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.qkv = nn.Linear(channels, channels * 3)
            self.proj = nn.Linear(channels, channels)

        def forward(self, x):
            batch, tokens, channels = x.shape
            q, k, v = self.qkv(x).reshape(batch, tokens, 3, 8, channels // 8).permute(2, 0, 3, 1, 4)
            weights = (q @ k.transpose(-2, -1) * (channels // 8) ** -0.5).softmax(-1)
            return self.proj((weights @ v).transpose(1, 2).reshape(batch, tokens, channels))

    class Mlp(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.fc1 = nn.Linear(channels, channels * 4)
            self.fc2 = nn.Linear(channels * 4, channels)

        def forward(self, x):
            return nn.functional.gelu(self.fc2(nn.functional.gelu(self.fc1(x))))

    class Block(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.norm1 = nn.LayerNorm(channels)
            self.attn = Attention(channels)
            self.norm2 = nn.LayerNorm(channels)
            self.mlp = Mlp(channels)

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class Vit(nn.Module):
        def __init__(self, channels, patch, place):
            super().__init__()
            self.place = place
            if place in ("first", "down"):
                self.embeddings = Embeddings(channels, patch, shape.tokens)
            self.Encoder_blocks = nn.Sequential(Block(channels))
            if place == "down":
                self.CTBN = ConvTrans(channels, channels // 2)
            if place == "up":
                self.CTBN2 = ConvTrans(channels * 2, channels)
            if place == "first":
                self.CTBN3 = ConvTrans(10, shape.tokens)

        def forward(self, x, other=None):
            if self.place == "first":
                return self.Encoder_blocks(self.embeddings(x) + self.CTBN3(other))
            if self.place == "down":
                x = self.Encoder_blocks(self.embeddings(x))
                return torch.cat([self.CTBN(x.transpose(1, 2)).transpose(1, 2), other], 2)
            x = self.Encoder_blocks(x)
            return x if self.place == "last" else x + self.CTBN2(other.transpose(1, 2)).transpose(1, 2)

    class Reconstruct(nn.Module):
        def __init__(self, channels, scale):
            super().__init__()
            self.scale = scale
            self.conv = nn.Conv2d(channels, channels, 1)
            self.norm = nn.BatchNorm2d(channels)

        def forward(self, x):
            x = x.transpose(1, 2).reshape(x.shape[0], -1, shape.grid, shape.grid)
            return torch.relu(self.norm(self.conv(nn.functional.interpolate(x, scale_factor=self.scale, mode="nearest"))))

    class LViT(nn.Module):
        def __init__(self, w):
            super().__init__()
            self.inc = ConvBatchNorm(3, w)
            for index, (scale, name) in enumerate([(1, ""), (2, "1"), (4, "2"), (8, "3")]):
                setattr(self, "downVit" + name, Vit(w * scale, 16 // scale, "down" if index else "first"))
                setattr(self, "upVit" + name, Vit(w * scale, 16 // scale, "up" if index < 3 else "last"))
                setattr(self, f"reconstruct{index + 1}", Reconstruct(w * scale, 16 // scale))
            self.down1, self.down2, self.down3, self.down4 = Down(w, 2 * w), Down(2 * w, 4 * w), Down(4 * w, 8 * w), Down(8 * w, 8 * w)
            self.up4, self.up3, self.up2, self.up1 = Up(16 * w, 4 * w), Up(8 * w, 2 * w), Up(4 * w, w), Up(2 * w, w)
            self.outc = nn.Conv2d(w, 1, 1)
            sizes = [768, 8 * w, 4 * w, 2 * w, w]
            for index in range(4):
                setattr(self, f"text_module{4 - index}", nn.Conv1d(sizes[index], sizes[index + 1], 3, padding=1))

        def forward(self, image, text):
            t = self.text_module4(text.transpose(1, 2))
            t1 = self.text_module1(self.text_module2(self.text_module3(t))).transpose(1, 2)
            x1 = self.inc(image)
            x2 = self.down1(x1)
            x3 = self.down2(x2)
            x4 = self.down3(x3)
            x5 = self.down4(x4)
            y1 = self.downVit(x1, t1)
            y2 = self.downVit1(x2, y1)
            y3 = self.downVit2(x3, y2)
            y4 = self.upVit3(self.downVit3(x4, y3))
            y3 = self.upVit2(y3, y4)
            y2 = self.upVit1(y2, y3)
            y1 = self.upVit(y1, y2)
            x = self.up4(x5, self.reconstruct4(y4) + x4)
            x = self.up3(x, self.reconstruct3(y3) + x3)
            x = self.up2(x, self.reconstruct2(y2) + x2)
            return torch.sigmoid(self.outc(self.up1(x, self.reconstruct1(y1) + x1)))

    return LViT(shape.width).eval()


def filled_network(shape):
    network = build_network(shape)
    state = network.state_dict()
    network.load_state_dict({key: filled(key, value.shape) if value.is_floating_point() else value for key, value in state.items()})
    return network


def inputs(shape):
    return filled("input.image", (shape.batch, 3, shape.size, shape.size)), filled("input.text", (shape.batch, 10, 768))


def mask(shape):
    """A disc in each picture."""
    import torch

    side = shape.size
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    disc = (x - 0.4 * side) ** 2 + (y - 0.5 * side) ** 2 < (0.2 * side) ** 2
    return disc.float().expand(shape.batch, 1, side, side)


def weighted_dice_bce(probabilities, target):
    import torch

    p, t = probabilities.flatten(1), target.flatten(1)
    dice = (1 - (0.5 * (p * t).sum(1) + 1e-5) / (0.25 * (p * p).sum(1) + 0.25 * (t * t).sum(1) + 1e-5)).mean()
    pixels = torch.nn.functional.binary_cross_entropy(p, t, reduction="none")
    positive, negative = (t > 0.5).float(), (t < 0.5).float()
    bce = 0.5 * (positive * pixels).sum() / positive.sum() + 0.5 * (negative * pixels).sum() / negative.sum()
    return 0.5 * dice + 0.5 * bce


def pass_of_pytorch(shape):
    import torch

    network, (image, text) = filled_network(shape), inputs(shape)

    def run():
        with torch.inference_mode():
            network(image, text)

    return torch.__version__, run


def pass_of_onnxruntime(shape, folder):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / "lvit.onnx"), providers=["CPUExecutionProvider"])
    image, text = (tensor.numpy() for tensor in inputs(shape))
    return onnxruntime.__version__, lambda: session.run(None, {"image": image, "text": text})


def pass_of_openvino(shape, folder):
    import openvino

    compiled = openvino.Core().compile_model(folder / "lvit.onnx", "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    feed = {name: tensor.numpy() for name, tensor in zip(("image", "text"), inputs(shape))}
    return openvino.__version__, lambda: request.infer(feed)


def step_of_pytorch(shape, layout, half):
    import torch

    network, (image, text) = filled_network(shape).train(), inputs(shape)
    target = mask(shape)
    if layout == "channels_last":
        network, image = network.to(memory_format=torch.channels_last), image.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-4)

    def run():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            probabilities = network(image, text)
        weighted_dice_bce(probabilities.float(), target).backward()
        optimizer.step()

    return torch.__version__, run


PEERS = {
    "pytorch": lambda shape, folder: pass_of_pytorch(shape),
    "onnxruntime": pass_of_onnxruntime,
    "openvino": pass_of_openvino,
    "pytorch_train": lambda shape, folder: step_of_pytorch(shape, "contiguous", half=False),
    "pytorch_train_channels_last": lambda shape, folder: step_of_pytorch(shape, "channels_last", half=False),
    "pytorch_train_bf16": lambda shape, folder: step_of_pytorch(shape, "contiguous", half=True),
    "pytorch_train_bf16_channels_last": lambda shape, folder: step_of_pytorch(shape, "channels_last", half=True),
}


def main():
    kind, folder, passes = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    version, run = PEERS[kind](Shape(*map(int, sys.argv[4:7])), folder)
    run()
    seconds = []
    for _ in range(passes):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "version": version.split("-")[0]}))


if __name__ == "__main__":
    main()
