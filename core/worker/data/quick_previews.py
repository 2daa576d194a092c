"""Make previews without Keras, which takes many seconds to load, so that the first screen shows pictures sooner.

The server runs this program in a process of its own, once in the life of a data folder:

    python -m core.worker.data.quick_previews fashion_mnist
"""

import os
import sys
from collections.abc import Callable

from core.catalogue import datasets
from core.child_process import end_with_parent, lower_priority
from core.datasets.previews import has_preview, make_preview, preview_path, write_preview
from core.worker.data.validate import DAMAGED

ENOUGH_IMAGES = 1000  # training images of Fashion-MNIST, which hold the first twelve of each class


def main(names: list[str], when_made: Callable[[], None] = lambda: None) -> None:
    """Make the missing previews of data sets whose files are on this machine and can be read without Keras.

    Parameters
    ----------
    names
        The data sets, those first that people see first.
    when_made
        Called after each preview.
    """
    for name in names:
        if name not in datasets.DATASETS or datasets.missing_files(name) or has_preview(name):
            continue
        dataset = datasets.DATASETS[name]
        try:
            quick = dataset.load_quickly(ENOUGH_IMAGES)
            if quick is None:
                continue
            write_preview(name, make_preview(*quick, dataset.num_classes))
            when_made()
            if len(quick[0]) < dataset.num_train:  # people see the preview while all images are read, to find damage
                dataset.load_quickly()
        except DAMAGED:  # the worker that reads the files with Keras explains the damage
            preview_path(name).unlink(missing_ok=True)


if __name__ == "__main__":
    end_with_parent()
    main(sys.argv[1:], lambda: lower_priority(os.getpid()))  # the rest can wait: the server's start takes both cores
