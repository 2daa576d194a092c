"""Ready nets, each made for the image shape and the number of classes of a data set.

Nets from books keep the books' sizes if the images are large enough. All other nets are small enough that an epoch of
Fashion-MNIST takes a minute or less on a laptop.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.catalogue.datasets import DataSet
from core.catalogue.layers import LAYERS
from core.experiment.model import Compile, Data, Experiment, Fit, Layer, in_keras_order
from core.parameters import EntryRef, Value

BOOK_PICTURE_PIXELS = 28  # pixels of height and width; nets from books expect pictures of this size or larger
SMALLEST_PICTURE_PIXELS = 4  # pixels of height or width; of a smaller picture, pooling leaves nothing


def _layer(layer_id: str, name: str, *inputs: str, **arguments: Value) -> Layer:
    return Layer(name, in_keras_order(arguments, LAYERS[name]), layer_id, inputs)


def _block(name: str, *layers: Layer) -> tuple[Layer, ...]:
    """Return the layers, folded into a block."""
    return tuple(replace(layer, block=name) for layer in layers)


def _conv(layer_id: str, filters: int, size: int, *inputs: str, **more: Value) -> Layer:
    """Make a convolution that keeps height and width, unless its arguments say otherwise."""
    arguments = {"filters": filters, "kernel_size": size, "padding": "same", "activation": "relu", **more}
    return _layer(layer_id, "Conv2D", *inputs, **arguments)


def _output(data: DataSet) -> Layer:
    return _layer("output", "Dense", units=data.num_classes, activation="softmax")


def _lecture(data: DataSet) -> tuple[Layer, ...]:
    return (_layer("flatten", "Flatten"), _layer("hidden", "Dense", units=128, activation="relu"), _output(data))


def _lenet(data: DataSet) -> tuple[Layer, ...]:
    # LeCun et al., "Gradient-based learning applied to document recognition" (1998), figure 2, as taught today:
    # 28 x 28 pictures with padding instead of 32 x 32 pictures, plain average pooling, softmax at the end.
    return (
        _layer("c1", "Conv2D", filters=6, kernel_size=5, activation="tanh", padding="same"),
        _layer("s2", "AveragePooling2D", pool_size=2),
        _layer("c3", "Conv2D", filters=16, kernel_size=5, activation="tanh", padding=_padding(data)),
        _layer("s4", "AveragePooling2D", pool_size=2),
        _layer("flatten", "Flatten"),
        _layer("f5", "Dense", units=120, activation="tanh"),
        _layer("f6", "Dense", units=84, activation="tanh"),
        _output(data),
    )


def _padding(data: DataSet) -> str:
    return "same" if min(data.image_shape[:2]) < BOOK_PICTURE_PIXELS else "valid"


def _convnet(data: DataSet) -> tuple[Layer, ...]:
    # keras.io, "Simple MNIST convnet": 34,826 parameters on 28 x 28 x 1.
    padding = _padding(data)
    return (
        _layer("conv1", "Conv2D", filters=32, kernel_size=3, activation="relu", padding=padding),
        _layer("pool1", "MaxPooling2D", pool_size=2),
        _layer("conv2", "Conv2D", filters=64, kernel_size=3, activation="relu", padding=padding),
        _layer("pool2", "MaxPooling2D", pool_size=2),
        _layer("flatten", "Flatten"),
        _layer("dropout", "Dropout", rate=0.5),
        _output(data),
    )


def _vgg(data: DataSet) -> tuple[Layer, ...]:
    # Simonyan and Zisserman, "Very Deep Convolutional Networks" (2014): pairs of 3 x 3, then pooling, then wider.
    def stages() -> Iterator[Layer]:
        side, stage = min(data.image_shape[:2]), 1
        while side >= SMALLEST_PICTURE_PIXELS and stage <= 3:
            filters = 16 * 2**stage
            yield from _block(
                f"Stage {stage}",
                _conv(f"conv{stage}a", filters, 3),
                _conv(f"conv{stage}b", filters, 3),
                _layer(f"pool{stage}", "MaxPooling2D", pool_size=2),
            )
            side, stage = side // 2, stage + 1

    flat = _layer("flatten", "Flatten"), _layer("hidden", "Dense", units=128, activation="relu")
    return (*stages(), *flat, _layer("dropout", "Dropout", rate=0.5), _output(data))


def _residual(data: DataSet) -> tuple[Layer, ...]:
    # He et al., "Deep Residual Learning" (2015), figure 2; the second block halves the picture, so that its way around
    # needs a 1 x 1 convolution (their option B).
    first = (
        _conv("conv1a", 32, 3),
        _conv("conv1b", 32, 3, activation=None),
        _layer("add1", "Add", "stem", "conv1b"),
        _layer("relu1", "Activation", activation="relu"),
    )
    second = (
        _conv("conv2a", 64, 3, strides=2),
        _conv("conv2b", 64, 3, activation=None),
        _conv("skip2", 64, 1, "relu1", strides=2, activation=None),
        _layer("add2", "Add", "conv2b", "skip2"),
        _layer("relu2", "Activation", activation="relu"),
    )
    return (
        _conv("stem", 32, 3),
        *_block("Residual block 1", *first),
        *_block("Residual block 2", *second),
        _layer("pool", "GlobalAveragePooling2D"),
        _output(data),
    )


def _inception(data: DataSet) -> tuple[Layer, ...]:
    # Szegedy et al., "Going Deeper with Convolutions" (2014), figure 2b.
    branches = (
        _conv("look1", 16, 1, "shrink"),
        _conv("narrow3", 24, 1, "shrink"),
        _conv("look3", 32, 3),
        _conv("narrow5", 8, 1, "shrink"),
        _conv("look5", 16, 5),
        _layer("largest", "MaxPooling2D", "shrink", pool_size=3, strides=1, padding="same"),
        _conv("narrow", 16, 1),
        _layer("joined", "Concatenate", "look1", "look3", "look5", "narrow"),
    )
    return (
        _conv("stem", 32, 3),
        _layer("shrink", "MaxPooling2D", pool_size=2),
        *_block("Inception block", *branches),
        _layer("pool", "GlobalAveragePooling2D"),
        _output(data),
    )


def _separable(data: DataSet) -> tuple[Layer, ...]:
    # Howard et al., "MobileNets" (2017), table 1, without its normalisation: each block looks, then mixes.
    def blocks() -> Iterator[Layer]:
        for number, (filters, strides) in enumerate(((64, 1), (128, 2), (128, 1)), 1):
            look = {"kernel_size": 3, "strides": strides, "padding": "same", "activation": "relu"}
            yield from _block(
                f"Separable block {number}",
                _layer(f"look{number}", "DepthwiseConv2D", **look),
                _conv(f"mix{number}", filters, 1),
            )

    return (_conv("stem", 32, 3), *blocks(), _layer("pool", "GlobalAveragePooling2D"), _output(data))


def _row_lstm(data: DataSet) -> tuple[Layer, ...]:
    return (_rows(data), _layer("lstm", "LSTM", units=128), _output(data))


def _rows(data: DataSet) -> Layer:
    height, width, channels = data.image_shape
    return _layer("rows", "Reshape", target_shape=(height, width * channels))


def _two_ways(data: DataSet) -> tuple[Layer, ...]:
    return (_rows(data), _layer("both", "Bidirectional", layer=EntryRef("GRU", (("units", 64),))), _output(data))


def _transformer(data: DataSet) -> tuple[Layer, ...]:
    # Dosovitskiy et al., "An Image is Worth 16x16 Words" (2020), figure 1, small: one encoder block, mean over the patches.
    height, width, _ = data.image_shape
    side, features = (2 if min(height, width) < BOOK_PICTURE_PIXELS else 4), 64
    block = (
        _layer("norm1", "LayerNormalization"),
        _layer("look", "MultiHeadAttention", num_heads=4, key_dim=16),
        _layer("add1", "Add", "words", "look"),
        _layer("norm2", "LayerNormalization"),
        _layer("wide", "Dense", units=2 * features, activation="gelu"),
        _layer("narrow", "Dense", units=features),
        _layer("add2", "Add", "add1", "narrow"),
    )
    return (
        _layer("patches", "Conv2D", filters=features, kernel_size=side, strides=side),
        _layer("words", "Reshape", target_shape=((height // side) * (width // side), features)),
        *_block("Encoder", *block),
        _layer("norm3", "LayerNormalization"),
        _layer("pool", "GlobalAveragePooling1D"),
        _output(data),
    )


def _embedding(data: DataSet) -> tuple[Layer, ...]:
    return (
        _layer("flatten", "Flatten"),
        _layer("embedding", "Embedding", input_dim=256, output_dim=4),
        _layer("joined", "Flatten"),
        _layer("hidden", "Dense", units=64, activation="relu"),
        _output(data),
    )


@dataclass(frozen=True)
class Template:
    """A ready net that a person can start from."""

    name: str  # the key in TEMPLATES
    title: str  # the label of the button
    sentence: str  # an explanation for beginners
    build: Callable[[DataSet], tuple[Layer, ...]]  # returns the layers for a data set
    pixels: str = ""  # the range of pixels that the net needs, a value of `Data.pixels`; "": any


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            Template("lecture", "The lecture's net", "One hidden layer of 128 units: where everyone starts.", _lecture),
            Template("lenet", "LeNet-5", "The net that read cheques in 1998: two convolutions, two poolings.", _lenet),
            Template(
                "convnet", "Keras' convnet", "keras.io's first net for images: convolution, pooling, dropout.", _convnet
            ),
            Template("vgg", "VGG-style", "Pairs of 3 × 3 convolutions, then pooling, then twice as many filters.", _vgg),
            Template("residual", "Residual net", "Skip connections: each block adds to what came in.", _residual),
            Template("inception", "Inception block", "Looks at windows of several sizes side by side.", _inception),
            Template(
                "separable",
                "Depthwise-separable",
                "Looks at each channel by itself, then mixes: far fewer weights.",
                _separable,
            ),
            Template("lstm", "Row-wise LSTM", "Reads the image row by row, as if it were text.", _row_lstm),
            Template(
                "two-ways",
                "Bidirectional GRU",
                "Reads the rows from the top and from the bottom, and joins both.",
                _two_ways,
            ),
            Template(
                "transformer",
                "Small vision transformer",
                "Cuts the image into patches, as words; each looks at all others.",
                _transformer,
            ),
            Template(
                "embedding",
                "Embedding of pixel values",
                "Learns a vector for each of the 256 values of a pixel, as is done with words.",
                _embedding,
                pixels="0-255",
            ),
        )
    }
)


def apply_template(experiment: Experiment, name: str) -> Experiment:
    """Return the experiment with the layers of a template for its data set, and with the pixel range that they need."""
    template = TEMPLATES[name]
    data = replace(experiment.data, pixels=template.pixels) if template.pixels else experiment.data
    return replace(experiment, data=data, layers=template.build(experiment.data.entry))


def lecture_experiment(dataset: str) -> Experiment:
    """Return the lecture's whole experiment on a data set: Flatten, Dense 128 relu, Dense softmax; Adam; five epochs."""
    start = Experiment(Data(dataset=dataset), (), Compile(), Fit())
    return apply_template(start, "lecture")
