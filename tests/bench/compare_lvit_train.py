"""One training step of LViT on the processor: forward pass with batch statistics, the authors' loss, gradients and Adam, without dropout
so that the losses can be compared; in float32 and with the forward pass in bfloat16. The full size with a batch of 2 and the default
package's with a batch of 16, against PyTorch in both memory layouts, processes in turn as in compare.py lvit."""

import pathlib
import tempfile

import compare_lvit
import lvit_peer

PACKAGES = [("torch", "torch"), ("numpy", "numpy")]
LOSS_TOLERANCE = {"trainingStep": 1e-4, "halfTrainingStep": 2e-2}
PEERS = {
    "trainingStep": {"pytorch_train": "PyTorch", "pytorch_train_channels_last": "PyTorch, channels last"},
    "halfTrainingStep": {"pytorch_train_bf16": "PyTorch, bfloat16", "pytorch_train_bf16_channels_last": "PyTorch, bfloat16, channels last"},
}


def compared(build, shape, name, repeats):
    network = lvit_peer.filled_network(shape).train()
    precision = "bfloat16" if name == "halfTrainingStep" else "float32"
    ours = {name: f"LViT width {shape.width}, {shape.size}x{shape.size}, training step, batch of {shape.batch}, {precision}"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        image, text = compare_lvit.write_inputs(network, folder, shape)
        compare_lvit.our_round(build, folder, name, shape, folder / "ours.safetensors")
        loss = lvit_peer.weighted_dice_bce(network(image, text), lvit_peer.mask(shape))
        compare_lvit.require_equal(compare_lvit.read_single_tensor(folder / "ours.safetensors"), loss.item(), "PyTorch", LOSS_TOLERANCE[name])
        return compare_lvit.table(compare_lvit.rounds(build, folder, ours, PEERS[name], shape, repeats), ours, PEERS[name])


def run(build, repeats):
    shapes = [lvit_peer.Shape(64, 224, 2), lvit_peer.Shape(16, 112, 16)]
    return [row for shape in shapes for name in PEERS for row in compared(build, shape, name, repeats)]
