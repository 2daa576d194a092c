"""Compare the memory that a training step takes with the predicted memory, for each net in a process of its own.

    python -m tests.benchmarks.memory [NET ...]

The nets train on random pictures of 28 x 28 pixels, in batches for which about 0.3 GB is predicted. The command measures the
largest growth of the process. This growth varies by up to one array, since TensorFlow runs several operations at a time.
The command needs Linux, which records the peak memory of a process.
"""

import subprocess
import sys
from pathlib import Path

from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, with_fit

FORETOLD_BYTES = 0.33e9
STEPS = 3

PIXELS, PATCHES, FEW = (layer("Reshape", target_shape=shape) for shape in ([784, 1], [196, 4], [49, 16]))
LEARNED = layer("Dense", units=8)  # a layer with weights, so that gradients flow through the following layer

NETS = {
    "2 heads of 16, 784 steps": (PIXELS, layer("MultiHeadAttention", num_heads=2, key_dim=16)),
    "the same, dropout": (PIXELS, layer("MultiHeadAttention", num_heads=2, key_dim=16, dropout=0.1)),
    "the same, near steps only": (PIXELS, layer("MultiHeadAttention", num_heads=2, key_dim=16, sliding_window=4)),
    "8 heads of 8, 196 steps": (PATCHES, layer("MultiHeadAttention", num_heads=8, key_dim=8)),
    "4 heads of 64, 196 steps": (PATCHES, layer("MultiHeadAttention", num_heads=4, key_dim=64)),
    "4 heads of 4, along columns": (layer("MultiHeadAttention", num_heads=4, key_dim=4, attention_axes=1),),
    "grouped, 784 steps": (
        PIXELS,
        layer("GroupQueryAttention", head_dim=8, num_query_heads=4, num_key_value_heads=2),
    ),
    "dot, 784 steps": (PIXELS, LEARNED, layer("Attention")),
    "dot, dropout": (PIXELS, LEARNED, layer("Attention", dropout=0.1)),
    "dot, scaled": (PIXELS, LEARNED, layer("Attention", use_scale=True)),
    "concat, 196 steps": (PATCHES, LEARNED, layer("Attention", score_mode="concat")),
    "concat, scaled": (PATCHES, LEARNED, layer("Attention", score_mode="concat", use_scale=True)),
    "additive, 196 steps": (PATCHES, LEARNED, layer("AdditiveAttention")),
    "additive, not scaled": (PATCHES, LEARNED, layer("AdditiveAttention", use_scale=False)),
    "additive, 49 steps": (FEW, LEARNED, layer("AdditiveAttention")),
}


def told(what: str) -> int:
    """Return a memory size of this process in bytes: "VmRSS" for its current size, or "VmHWM" for its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) * 1024


def measure(name: str) -> str:
    """Train a net for a few steps. Return a line that compares its memory with the predicted memory."""
    import numpy as np

    from core.experiment.memory import training_bytes
    from core.worker.training.build_model import build
    from core.worker.training.summary import summarise

    experiment = stack(*NETS[name], FLATTEN, OUTPUT, dataset="fashion_mnist")
    summary = summarise(experiment)
    one, two = (training_bytes(with_fit(experiment, batch_size=size), summary) for size in (1, 2))
    size = int(FORETOLD_BYTES / (two - one))
    chance = np.random.default_rng(0)
    images, labels = chance.random((STEPS * size, 28, 28, 1), "float32"), chance.integers(0, 10, STEPS * size)
    model = build(experiment)
    model.fit(images[:2], labels[:2], batch_size=1, verbose=0)  # a first step, in which TensorFlow takes memory for itself
    before = told("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak of the process
    model.fit(images, labels, batch_size=size, verbose=0)
    grown = told("VmHWM") - before
    foretold = size * (two - one)
    return (
        f"{name:28} batch {size:5,}: {grown / 1e6:4.0f} MB, foretold {foretold / 1e6:4.0f} MB: {foretold / grown:.2f} of it"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        print(measure(sys.argv[2]))
    else:
        for each in sys.argv[1:] or NETS:
            command = [sys.executable, "-m", "tests.benchmarks.memory", "--here", each]
            print(
                subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, stderr=subprocess.DEVNULL).stdout,
                end="",
            )
