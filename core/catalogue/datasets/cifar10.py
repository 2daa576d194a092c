"""CIFAR-10: small colour photographs of animals and vehicles."""

from core.catalogue.datasets.entry import KerasDataSet

CIFAR10 = KerasDataSet(
    name="cifar10",
    title="CIFAR-10",
    kind="photos, 10 kinds",
    sentence="60,000 small colour photographs of animals and vehicles.",
    task="tell animals from vehicles",
    image_shape=(32, 32, 3),
    classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    num_train=50_000,
    num_test=10_000,
    pixel_maximum=255,
    files=("cifar-10-batches-py-target_archive",),
    num_bytes=170_498_071,
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",  # as in Keras 3.15
    column_labels=True,
    upright="Photographs have the sky above and the ground below.",
)
