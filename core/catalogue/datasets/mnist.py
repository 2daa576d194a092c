"""MNIST: images of handwritten digits."""

from core.catalogue.datasets.entry import KerasDataSet, QuickImages


class Mnist(KerasDataSet):
    """The entry of MNIST, whose file NumPy can read without Keras."""

    def load_quickly(self, most_images: int = -1) -> QuickImages:
        import numpy as np

        with np.load(self.folder / self.files[0], allow_pickle=False) as content:
            return content["x_train"][..., None], content["y_train"], content["y_test"]


MNIST = Mnist(
    name="mnist",
    title="MNIST",
    kind="0 to 9",
    sentence="70,000 grey images of handwritten digits.",
    task="read handwritten digits",
    image_shape=(28, 28, 1),
    classes=tuple("0123456789"),
    num_train=60_000,
    num_test=10_000,
    pixel_maximum=255,
    files=("mnist.npz",),
    num_bytes=11_490_434,
    url="https://keras.io/api/datasets/mnist/",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # as in Keras 3.15
)
