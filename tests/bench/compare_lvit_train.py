"""One training step of full-size LViT on the processor, batch of 2: forward pass with batch statistics, the authors' loss, gradients and
Adam, without dropout so that the losses can be compared. Against PyTorch in both memory layouts, processes in turn as in compare.py lvit."""

import pathlib
import tempfile

import compare_lvit
import lvit_peer

PACKAGES = [("torch", "torch"), ("numpy", "numpy")]


def run(build, repeats):
    network = lvit_peer.filled_network().train()
    ours = {"trainingStep": "LViT width 64, training step, batch of 2"}
    peers = {"pytorch_train": "PyTorch", "pytorch_train_channels_last": "PyTorch, channels last"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        image, text = compare_lvit.write_inputs(network, folder, lvit_peer.BATCH_OF_TRAINING)
        compare_lvit.our_milliseconds(build, folder, "trainingStep", folder / "ours.safetensors")
        loss = lvit_peer.weighted_dice_bce(network(image, text), lvit_peer.mask(lvit_peer.BATCH_OF_TRAINING))
        compare_lvit.require_equal(compare_lvit.read_single_tensor(folder / "ours.safetensors"), loss.item(), "PyTorch")
        return compare_lvit.table(compare_lvit.rounds(build, folder, ours, peers, repeats), ours, peers)
