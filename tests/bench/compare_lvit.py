"""Full-size LViT on the processor, one picture: a whole pass and a new text on a prepared picture, against whole passes of PyTorch,
onnxruntime and OpenVINO. All get the same weights and input (the goldens' fill rule) and must agree before any time is printed.
Every program runs in a process of its own, in turn, in each of `repeats` rounds; its peak memory is that process's."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import lvit_peer

PACKAGES = [("torch", "torch"), ("numpy", "numpy"), ("onnx", "onnx"), ("onnxruntime", "onnxruntime"), ("openvino", "openvino")]
PASSES = 3  # Of a peer in one round.


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


def write_inputs(network, folder, batch):
    image, text = lvit_peer.inputs(batch)
    weights = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
    write_safetensors({**weights, "input.image": image, "input.text": text, "input.mask": lvit_peer.mask(batch)}, folder / "input.safetensors")
    return image, text


def require_equal(ours, theirs, who):
    difference = float(abs(ours - theirs).max())
    if not difference < 1e-4:
        raise SystemExit(f"our answer and that of {who} differ by {difference}: the times mean nothing")


def our_milliseconds(build, folder, name, answer=None):
    """{benchmark: milliseconds} and the peak memory of one run of bench_lvit."""
    command = [str(pathlib.Path(build) / "bin" / "bench_lvit"), "--benchmark_format=json", f"--benchmark_filter={name}/{lvit_peer.WIDTH}/",
               "--benchmark_min_time=1"]
    environment = {"LIMN_BENCH_INPUT": str(folder / "input.safetensors")}
    if answer:
        environment["LIMN_BENCH_ANSWER"] = str(answer)
    output, megabytes = measured(command, **environment)
    return json.loads(output)["benchmarks"][0]["real_time"], megabytes


def peer_round(kind, folder):
    output, megabytes = measured([sys.executable, lvit_peer.__file__, kind, str(folder), str(PASSES)])
    found = json.loads(output)
    return statistics.median(found["seconds"]), megabytes, found["version"]


def rounds(build, folder, ours, peers, repeats):
    """Medians over the rounds: {name: (seconds, peak MB, version)}."""
    found = {name: [] for name in [*ours, *peers]}
    for _ in range(repeats):
        for name in ours:
            milliseconds, megabytes = our_milliseconds(build, folder, name)
            found[name].append((milliseconds / 1000, megabytes, None))
        for kind in peers:
            found[kind].append(peer_round(kind, folder))
    return {name: (statistics.median(r[0] for r in runs), max(r[1] for r in runs), runs[0][2]) for name, runs in found.items()}


def table(medians, ours, peers):
    rows = []
    for name, work in ours.items():
        for kind, peer in peers.items():
            (seconds, megabytes, _), (peer_seconds, peer_megabytes, version) = medians[name], medians[kind]
            rows.append({"work": work, "ours_s": round(seconds, 4), "peer": peer, "peer_version": version, "peer_s": round(peer_seconds, 4),
                         "ratio": round(peer_seconds / seconds, 3), "ours_peak_mb": round(megabytes), "peer_peak_mb": round(peer_megabytes)})
    return rows


def run(build, repeats):
    import torch

    network = lvit_peer.filled_network()
    ours = {"wholePass": "LViT width 64, one picture", "newTextOnPreparedSlice": "LViT width 64, new text on a prepared picture"}
    peers = {"pytorch": "PyTorch", "onnxruntime": "onnxruntime", "openvino": "OpenVINO"}
    with tempfile.TemporaryDirectory() as temporary, torch.inference_mode():
        folder = pathlib.Path(temporary)
        image, text = write_inputs(network, folder, batch=1)
        torch.onnx.export(network, (image, text), str(folder / "lvit.onnx"), input_names=["image", "text"], dynamo=False)
        our_milliseconds(build, folder, "wholePass", folder / "ours.safetensors")
        answer = read_single_tensor(folder / "ours.safetensors")
        require_equal(answer, network(image, text).numpy().flatten(), "PyTorch")
        feed = {"image": image.numpy(), "text": text.numpy()}
        import onnxruntime
        import openvino

        session = onnxruntime.InferenceSession(str(folder / "lvit.onnx"), providers=["CPUExecutionProvider"])
        require_equal(answer, session.run(None, feed)[0].flatten(), "onnxruntime")
        compiled = openvino.Core().compile_model(folder / "lvit.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        require_equal(answer, compiled(feed)[0].flatten(), "OpenVINO")
        return table(rounds(build, folder, ours, peers, repeats), ours, peers)
