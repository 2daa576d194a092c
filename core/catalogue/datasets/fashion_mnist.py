"""Fashion-MNIST: images of clothes."""

import gzip

from core.catalogue.datasets.entry import KerasDataSet, QuickImages

LABELS_HEADER = 8  # bytes before the data in a file of labels: two numbers of four bytes (Yann LeCun's IDX format)
IMAGES_HEADER = 16  # bytes before the data in a file of images: four numbers


class FashionMnist(KerasDataSet):
    """The entry of Fashion-MNIST, whose files Python can unpack without Keras."""

    def load_quickly(self, most_images: int = -1) -> QuickImages:
        import numpy as np

        def read(file: str, header: int, most_bytes: int = -1) -> np.ndarray:
            with gzip.open(self.folder / file) as content:
                return np.frombuffer(content.read(most_bytes), "uint8", offset=header)

        train_labels, train_images, test_labels, _ = self.files
        most_bytes = IMAGES_HEADER + most_images * 28 * 28 if most_images >= 0 else -1
        images = read(train_images, IMAGES_HEADER, most_bytes).reshape(-1, 28, 28, 1)
        return images, read(train_labels, LABELS_HEADER), read(test_labels, LABELS_HEADER)


FASHION_MNIST = FashionMnist(
    name="fashion_mnist",
    title="Fashion-MNIST",
    kind="clothes",
    sentence="70,000 grey images of clothes from a shop.",
    task="recognise clothes",
    image_shape=(28, 28, 1),
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    num_train=60_000,
    num_test=10_000,
    pixel_maximum=255,
    files=(
        "fashion-mnist/train-labels-idx1-ubyte.gz",
        "fashion-mnist/train-images-idx3-ubyte.gz",
        "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        "fashion-mnist/t10k-images-idx3-ubyte.gz",
    ),
    num_bytes=30_878_645,
    url="https://github.com/zalandoresearch/fashion-mnist",
    package="dataset-fashion-mnist",
    package_folder="/usr/share/datasets/fashion-mnist",
    upright="Shops show clothes one way up.",
)
