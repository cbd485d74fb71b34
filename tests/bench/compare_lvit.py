"""LViT on the processor in float32: a whole pass and a new text on prepared pictures, against whole passes of PyTorch, onnxruntime and
OpenVINO, for the full size at batch 1 and 8 and for the default package's size. All get the same weights and input (the goldens'
fill rule) and must agree before any time is printed. Every program runs in a process of its own, in turn, in each of `repeats` rounds;
its peak memory is that process's. Times are medians over all passes; the least, which other work disturbs less, is beside them."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import lvit_peer
import measuring

PACKAGES = [("torch", "torch"), ("numpy", "numpy"), ("onnx", "onnx"), ("onnxruntime", "onnxruntime"), ("openvino", "openvino")]
PASSES = 3  # Of one program in one round.
TOLERANCE = 1e-4  # Of probabilities.


def measured(command, **environment):
    """Standard output and peak memory in MB of one run, started from a small process: Linux counts the starter's memory in,
    and this one holds PyTorch."""
    code = "import json, sys; import measuring; print(json.dumps(measuring.run_program(sys.argv[1:])))"
    run = subprocess.run([sys.executable, "-c", code, *map(str, command)], capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parent), **environment})
    if run.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {run.stderr[-2000:]}")
    output, usage = json.loads(run.stdout)
    return output, usage["peak_mb"]


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


def write_inputs(network, folder, shape):
    image, text = lvit_peer.inputs(shape)
    weights = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
    write_safetensors({**weights, "input.image": image, "input.text": text, "input.mask": lvit_peer.mask(shape)}, folder / "input.safetensors")
    return image, text


def require_equal(ours, theirs, who, tolerance=TOLERANCE):
    difference = float(abs(ours - theirs).max())
    if not difference < tolerance:
        raise SystemExit(f"our answer and that of {who} differ by {difference}: the times mean nothing")


def our_round(build, folder, name, shape, answer=None):
    """Seconds of the passes of one run of bench_lvit, and its peak memory."""
    command = [str(pathlib.Path(build) / "bin" / "bench_lvit"), "--benchmark_format=json", f"--benchmark_filter=^{name}/{shape.width}/",
               f"--benchmark_repetitions={PASSES}", "--benchmark_min_time=0.001"]
    environment = {"LIMN_BENCH_INPUT": str(folder / "input.safetensors")}
    if answer:
        environment["LIMN_BENCH_ANSWER"] = str(answer)
    output, megabytes = measured(command, **environment)
    runs = [run for run in json.loads(output)["benchmarks"] if run["run_type"] == "iteration"]
    return [run["real_time"] / 1000 for run in runs], megabytes, None


def peer_round(kind, folder, shape):
    arguments = [kind, folder, PASSES, shape.width, shape.size, shape.batch]
    output, megabytes = measured([sys.executable, lvit_peer.__file__, *map(str, arguments)])
    found = json.loads(output)
    return found["seconds"], megabytes, found["version"]


def rounds(build, folder, ours, peers, shape, repeats):
    """{name: {"seconds": all, "peak_mb": ..., "version": ...}}"""
    found = {name: [] for name in [*ours, *peers]}
    for _ in range(repeats):
        for name in ours:
            found[name].append(our_round(build, folder, name, shape))
        for kind in peers:
            found[kind].append(peer_round(kind, folder, shape))
    return {name: {"seconds": [second for run in runs for second in run[0]], "peak_mb": max(run[1] for run in runs), "version": runs[0][2]}
            for name, runs in found.items()}


def table(found, ours, peers):
    rows = []
    for name, work in ours.items():
        for kind, peer in peers.items():
            us, them = found[name], found[kind]
            median, least = (tuple(pick(side["seconds"]) for side in (us, them)) for pick in (statistics.median, min))
            rows.append({"work": work, "peer": peer, "peer_version": them["version"],
                         "ours_s": measuring.digits4(median[0]), "peer_s": measuring.digits4(median[1]), "ratio": round(median[1] / median[0], 3),
                         "ours_least_s": measuring.digits4(least[0]), "peer_least_s": measuring.digits4(least[1]),
                         "least_ratio": round(least[1] / least[0], 3), "ours_peak_mb": round(us["peak_mb"]), "peer_peak_mb": round(them["peak_mb"])})
    return rows


def require_all_equal(build, folder, network, shape):
    import numpy
    import onnxruntime
    import openvino
    import torch

    image, text = lvit_peer.inputs(shape)
    torch.onnx.export(network, (image, text), str(folder / "lvit.onnx"), input_names=["image", "text"], dynamo=False)
    feed = {"image": image.numpy(), "text": text.numpy()}
    session = onnxruntime.InferenceSession(str(folder / "lvit.onnx"), providers=["CPUExecutionProvider"])
    compiled = openvino.Core().compile_model(folder / "lvit.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for name in ("wholePass", "exactWholePass"):
        our_round(build, folder, name, shape, folder / "ours.safetensors")
        answer = read_single_tensor(folder / "ours.safetensors")
        require_equal(answer, network(image, text).numpy().flatten(), "PyTorch")
        require_equal(answer, session.run(None, feed)[0].flatten(), "onnxruntime")
        require_equal(answer, numpy.asarray(compiled(feed)[0]).flatten(), "OpenVINO")


def compared(build, shape, repeats):
    import torch

    network = lvit_peer.filled_network(shape)
    what = f"LViT width {shape.width}, {shape.size}x{shape.size}, batch {shape.batch}, float32"
    ours = {"wholePass": what, "newTextOnPreparedSlice": f"{what}: new text on prepared pictures", "exactWholePass": f"{what}, --exact"}
    peers = {"pytorch": "PyTorch", "onnxruntime": "onnxruntime", "openvino": "OpenVINO"}
    with tempfile.TemporaryDirectory() as temporary, torch.inference_mode():
        folder = pathlib.Path(temporary)
        write_inputs(network, folder, shape)
        require_all_equal(build, folder, network, shape)
        found = rounds(build, folder, ours, peers, shape, repeats)
    whole, text = (statistics.median(found[name]["seconds"]) for name in ("wholePass", "newTextOnPreparedSlice"))
    goal = {"work": f"{what}: new text, part of a whole pass", "ours_s": measuring.digits4(text), "peer": "whole pass of ours", "peer_version": None,
            "peer_s": measuring.digits4(whole), "ratio": round(text / whole, 3)}
    return [*table(found, ours, peers), goal]


def run(build, repeats):
    shapes = [lvit_peer.Shape(64, 224, 1), lvit_peer.Shape(64, 224, 8), lvit_peer.Shape(16, 112, 1), lvit_peer.Shape(16, 112, 8)]
    return [row for shape in shapes for row in compared(build, shape, repeats)]
