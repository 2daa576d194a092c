"""Code that uses a trained network outside the dashboard. The code runs beside the downloaded file of the network."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from core.experiment.model import Data, Experiment
from core.export.model_formats import FORMATS
from core.export.script import class_names_lines, scaling_expression

PICTURE = "picture.png"
WHITE = 255  # the value of a white pixel in a picture's file
PREDICTION_CODE: Mapping[str, tuple[str, str]] = MappingProxyType(  # the imports and the call for a prediction, by format
    {
        "keras": ("import keras\n", 'model = keras.saving.load_model("FILE")\nanswers = model.predict(images)[0]'),
        "litert": (
            "import tensorflow as tf  # on a small device: from ai_edge_litert.interpreter import Interpreter\n",
            'interpreter = tf.lite.Interpreter("FILE")\n'
            "interpreter.allocate_tensors()\n"
            'interpreter.set_tensor(interpreter.get_input_details()[0]["index"], images)\n'
            "interpreter.invoke()\n"
            'answers = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]',
        ),
        "onnx": (
            "import onnxruntime\n",
            'session = onnxruntime.InferenceSession("FILE")\n'
            "answers = session.run(None, {session.get_inputs()[0].name: images})[0][0]",
        ),
    }
)


def file_name(number: int, name: str) -> str:
    """Return the file name under which a run's network is downloaded.

    Parameters
    ----------
    number
        The number of the run.
    name
        The name of a format, a key of FORMATS.
    """
    return f"run-{number}{Path(FORMATS[name].file).suffix}"


def snippet(experiment: Experiment, number: int, name: str) -> str:
    """Return Python code that predicts the class of a picture with a downloaded network.

    The code scales the picture like the pictures of the run.

    Parameters
    ----------
    experiment
        The experiment that was trained.
    number
        The number of the run.
    name
        The name of a format, a key of FORMATS.
    """
    imports, predict = PREDICTION_CODE[name]
    data = experiment.data
    height, width, channels = data.entry.image_shape
    mode = "L" if channels == 1 else "RGB"
    lines = [
        *sorted(["import numpy as np", *imports.splitlines()]),
        "from PIL import Image",
        "",
        *class_names_lines(data),
        "",
        *textwrap.wrap(
            f"Any picture of yours, as those of {data.entry.title} are: {width} × {height} pixels, "
            f"{'grey' if channels == 1 else 'in colour'}, and bright where theirs are.",
            86,
            initial_indent="# ",
            subsequent_indent="# ",
        ),
        f'picture = Image.open("{PICTURE}").convert("{mode}").resize(({width}, {height}))',
        f"images = {scaling_expression(data, 'np.asarray(picture)', WHITE)}",
        "",
        *predict.replace("FILE", file_name(number, name)).splitlines(),
        "print(class_names[answers.argmax()])",
    ]
    return "\n".join(lines)


def expected_pixels(data: Data) -> str:
    """Describe the input of the network in words, such as "28 × 28 grey pixels from 0 to 1"."""
    height, width, channels = data.entry.image_shape
    low, high = data.pixel_range
    return f"{height} × {width} {'grey' if channels == 1 else 'colour'} pixels from {low:g} to {high:g}"
