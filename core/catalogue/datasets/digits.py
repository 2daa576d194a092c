"""Digits: small images of handwritten digits. They come with scikit-learn, so that this data set always works."""

from collections.abc import Sequence

from core.catalogue.datasets.entry import DataSet, Pair, QuickImages


class Digits(DataSet):
    """The entry of Digits, whose images scikit-learn loads."""

    def load(self) -> tuple[Pair, Pair]:
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split

        digits = load_digits()
        x_train, x_test, y_train, y_test = train_test_split(
            digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=0
        )
        return (x_train, y_train), (x_test, y_test)

    def load_quickly(self, most_images: int = -1) -> QuickImages:
        import numpy as np

        (x_train, y_train), (_, y_test) = self.load()
        return np.rint(x_train * (255 / self.pixel_maximum)).astype("uint8")[..., None], y_train, y_test

    def script_imports(self) -> Sequence[str]:
        return ["from sklearn.datasets import load_digits", "from sklearn.model_selection import train_test_split"]

    def script_lines(self) -> Sequence[str]:
        return [
            "digits = load_digits()",
            "x_train, x_test, y_train, y_test = train_test_split(",
            "    digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=0",
            ")",
        ]


DIGITS = Digits(
    name="digits",
    title="Digits",
    kind="0 to 9, small",
    sentence="1,797 small grey images of handwritten digits; always on this computer.",
    task="read small handwritten digits",
    image_shape=(8, 8, 1),
    classes=tuple("0123456789"),
    num_train=1_437,
    num_test=360,
    pixel_maximum=16,
    files=(),
    num_bytes=0,
    url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html",
)
