"""Full-size LViT on the processor: one picture, against PyTorch and, where it is installed, onnxruntime. Both sides get the
same random weights and input; the answers must agree before any time is printed."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

PACKAGES = [("torch", "torch"), ("numpy", "numpy")]
WIDTH = 64


def build_network():
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
                self.embeddings = Embeddings(channels, patch, 196)
            self.Encoder_blocks = nn.Sequential(Block(channels))
            if place == "down":
                self.CTBN = ConvTrans(channels, channels // 2)
            if place == "up":
                self.CTBN2 = ConvTrans(channels * 2, channels)
            if place == "first":
                self.CTBN3 = ConvTrans(10, 196)

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
            x = x.transpose(1, 2).reshape(x.shape[0], -1, 14, 14)
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

    return LViT(WIDTH).eval()


def median_seconds(work, repeats):
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def write_safetensors(tensors, file):
    header, blobs, position = {}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [position, position + len(blob)]}
        position += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    file.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *blobs]))


def read_single_tensor(file):
    """The values of a safetensors file of one float tensor."""
    import numpy

    content = file.read_bytes()
    return numpy.frombuffer(content, "<f4", offset=8 + int.from_bytes(content[:8], "little"))


def our_results(build, folder, probabilities, repeats):
    """Seconds of a whole pass and of a new text, after checking the answer."""
    program = pathlib.Path(build) / "bin" / "bench_lvit"
    answer = folder / "ours.safetensors"
    arguments = [program, f"--benchmark_repetitions={repeats}", "--benchmark_min_time=0.01", "--benchmark_format=json", "--benchmark_filter=/64/"]
    output = subprocess.run([*arguments], check=True, capture_output=True, text=True,
                            env={**os.environ, "LIMN_BENCH_INPUT": str(folder / "input.safetensors"), "LIMN_BENCH_ANSWER": str(answer)})
    medians = {run["run_name"].split("/")[0]: run["real_time"] / 1000 for run in json.loads(output.stdout)["benchmarks"]
               if run.get("aggregate_name") == "median"}
    difference = float(abs(read_single_tensor(answer) - probabilities).max())
    if not difference < 1e-4:
        raise SystemExit(f"the answers differ by {difference}: the times mean nothing")
    return medians["wholePass"], medians["newTextOnPreparedSlice"]


def onnxruntime_seconds(network, image, text, folder, repeats):
    try:
        import onnxruntime
        import torch
        path = str(folder / "lvit.onnx")
        torch.onnx.export(network, (image, text), path, input_names=["image", "text"], dynamo=False)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        inputs = {"image": image.numpy(), "text": text.numpy()}
        return onnxruntime.__version__, median_seconds(lambda: session.run(None, inputs), repeats)
    except ImportError:
        return None


def run(build, repeats):
    import torch
    torch.manual_seed(1)
    network = build_network()
    for name, value in network.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(1, 1.5)
    image, text = torch.rand(1, 3, 224, 224), torch.randn(1, 10, 768)
    results = []
    with tempfile.TemporaryDirectory() as temporary, torch.inference_mode():
        folder = pathlib.Path(temporary)
        weights = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
        write_safetensors({**weights, "input.image": image, "input.text": text}, folder / "input.safetensors")
        whole, new_text = our_results(build, folder, network(image, text).numpy().flatten(), repeats)
        peers = [("PyTorch", torch.__version__, median_seconds(lambda: network(image, text), repeats))]
        if other := onnxruntime_seconds(network, image, text, folder, repeats):
            peers.append(("onnxruntime", *other))
        for peer, version, seconds in peers:
            for work, ours in (("LViT width 64, one picture", whole), ("LViT width 64, new text on the same picture", new_text)):
                results.append({"work": work, "ours_s": round(ours, 4), "peer": peer, "peer_version": version,
                                "peer_s": round(seconds, 4), "ratio": round(seconds / ours, 3)})
    return results
