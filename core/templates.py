"""Ready nets, each made for the image shape and the number of classes at hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.catalogue.datasets import DataSet
from core.catalogue.layers import LAYERS
from core.experiment import Compile, Data, Experiment, Fit, Layer, Value, ordered


def _layer(identity: str, name: str, **arguments: Value) -> Layer:
    return Layer(name, ordered(arguments, LAYERS[name]), identity)


def _output(data: DataSet) -> Layer:
    return _layer("output", "Dense", units=data.num_classes, activation="softmax")


def _lecture(data: DataSet) -> tuple[Layer, ...]:
    return (_layer("flatten", "Flatten"), _layer("hidden", "Dense", units=128, activation="relu"), _output(data))


def _lenet(data: DataSet) -> tuple[Layer, ...]:
    # LeCun et al., "Gradient-based learning applied to document recognition" (1998), figure 2, as it is taught today:
    # 28 x 28 pictures with padding in place of 32 x 32 ones, plain average pooling, softmax at the end.
    small = min(data.image_shape[:2]) < 28
    padding = "same" if small else "valid"
    return (
        _layer("c1", "Conv2D", filters=6, kernel_size=5, activation="tanh", padding="same"),
        _layer("s2", "AveragePooling2D", pool_size=2),
        _layer("c3", "Conv2D", filters=16, kernel_size=5, activation="tanh", padding=padding),
        _layer("s4", "AveragePooling2D", pool_size=2),
        _layer("flatten", "Flatten"),
        _layer("f5", "Dense", units=120, activation="tanh"),
        _layer("f6", "Dense", units=84, activation="tanh"),
        _output(data),
    )


def _convnet(data: DataSet) -> tuple[Layer, ...]:
    return (
        _layer("conv1", "Conv2D", filters=32, kernel_size=3, activation="relu", padding="same"),
        _layer("pool1", "MaxPooling2D", pool_size=2),
        _layer("conv2", "Conv2D", filters=64, kernel_size=3, activation="relu", padding="same"),
        _layer("pool2", "MaxPooling2D", pool_size=2),
        _layer("flatten", "Flatten"),
        _layer("dropout", "Dropout", rate=0.5),
        _output(data),
    )


def _row_lstm(data: DataSet) -> tuple[Layer, ...]:
    height, width, channels = data.image_shape
    return (
        _layer("rows", "Reshape", target_shape=(height, width * channels)),
        _layer("lstm", "LSTM", units=128),
        _output(data),
    )


@dataclass(frozen=True)
class Template:
    """A ready net."""

    name: str  # the key
    title: str  # what the button says
    sentence: str  # what it is, for a beginner
    build: Callable[[DataSet], tuple[Layer, ...]]  # its layers for a data set


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            Template("lecture", "The lecture's net", "One hidden layer of 128 neurons: where everyone starts.", _lecture),
            Template("lenet", "LeNet-5", "The net that read cheques in 1998: two convolutions, two poolings.", _lenet),
            Template("convnet", "Small convnet", "Convolution, pooling, and dropout: a good net for pictures.", _convnet),
            Template("lstm", "Row-wise LSTM", "Reads the picture row by row, as if it were text.", _row_lstm),
        )
    }
)


def apply_template(experiment: Experiment, name: str) -> Experiment:
    """The experiment with the layers of a template, made for its data set."""
    return replace(experiment, layers=TEMPLATES[name].build(experiment.data.entry))


def lecture(dataset: str) -> Experiment:
    """The lecture's whole experiment on a data set: Flatten, Dense 128 relu, Dense softmax; Adam; five epochs."""
    start = Experiment(Data(dataset=dataset), (), Compile(), Fit())
    return apply_template(start, "lecture")
