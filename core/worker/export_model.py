"""Export a trained network to another format, load the file again and compare its outputs with Keras' outputs.

`core.runs.export_jobs` starts this program:

    python -m core.worker.export_model JOB_FOLDER RUN_FOLDER FORMAT
"""

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.analysis import evaluation_files
from core.child_process import end_with_parent
from core.experiment.model import Experiment
from core.experiment.serialization import loads
from core.export import model_formats
from core.files import write_atomically
from core.worker.data.load import load_sets
from core.worker.training.evaluation import as_probabilities

EXPERIMENT = "experiment.json"  # the file of the experiment in the job's folder


def convert(job: Path, folder: Path, name: str) -> None:
    """Export the network of a run to a format, compare the outputs, and store file and comparison in the run's folder.

    Parameters
    ----------
    job
        The folder of the job, which holds the experiment as JSON and takes temporary files.
    folder
        The folder of the run.
    name
        The name of the format, a key of `core.export.model_formats.FORMATS`.
    """
    started, written = time.perf_counter(), model_formats.model_write_time(folder)
    experiment, target = loads((job / EXPERIMENT).read_text()), model_formats.FORMATS[name]
    print("Loading the network and its images", flush=True)
    model = keras.saving.load_model(folder / model_formats.MODEL, compile=False)  # a file that this program wrote
    images, wanted, against = reference(model, experiment, folder)
    path = job / target.file
    print(f"Writing {target.file}", flush=True)
    WRITERS[name](model, path)
    print(f"Loading {target.file} again, and comparing", flush=True)
    answers = as_probabilities(READERS[name](path, images))
    if target.file != model_formats.MODEL:
        write_atomically(folder / target.file, partial(shutil.copyfile, path))
    model_formats.write(
        folder,
        model_formats.ExportedModel(
            format=name,
            images=len(images),
            difference=float(np.abs(answers - wanted).max()),
            against=against,
            bytes=path.stat().st_size,
            seconds=time.perf_counter() - started,
            model=written,
        ),
    )


def reference(model: keras.Model, experiment: Experiment, folder: Path) -> tuple[np.ndarray, np.ndarray, str]:
    """Return images, the outputs that an exported network must give for them, and a text that names their source.

    The images are of the validation set, or of the training set if the experiment has no validation set. The outputs are
    from the run's evaluation if the evaluation has all of them, else from the network in Keras. The test set is not used.
    """
    sets = load_sets(experiment)
    images = (sets.validation or sets.train)[0][: model_formats.COMPARED_IMAGES]
    kept = evaluation_files.read_evaluated_set(folder / "validation.npz")
    if sets.validation is not None and kept is not None and kept.is_whole:
        return images, kept.probabilities[: len(images)], "what the run's evaluation answered"
    return images, as_probabilities(model.predict(images, verbose=0)), "what the network answers in Keras"


def _write_litert(model: keras.Model, path: Path) -> None:
    """Write a LiteRT model with a batch size of 1. Otherwise, recurrent layers need operations that many devices lack."""
    one_image = keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype="float32")
    model.export(str(path), format="litert", verbose=False, input_signature=[one_image])


def _write_onnx(model: keras.Model, path: Path) -> None:
    """Write an ONNX model for any number of images at a time.

    Without an input shape, Keras would export only the shapes that the model was called with before.
    """
    _teach_erfc()
    images = keras.InputSpec(shape=(None, *model.input_shape[1:]), dtype="float32", name=model.inputs[0].name)
    model.export(str(path), format="onnx", verbose=False, input_signature=[images])


@cache
def _teach_erfc() -> None:
    """Add the operation Erfc to tf2onnx, since the activation gelu uses Erfc. ONNX has only Erf, and Erfc is 1 - Erf."""
    from tf2onnx.handler import tf_op  # noqa: PLC0415 - an optional package, which only this format needs

    class Erfc:
        @classmethod
        def version_9(cls, graph: Any, node: Any, **_options: Any) -> None:
            shape, kind = graph.get_shape(node.output[0]), graph.get_dtype(node.output[0])
            graph.remove_node(node.name)
            erf = graph.make_node("Erf", node.input)
            constant = graph.make_const(f"{node.name}_one", np.array(1.0, dtype="float32"))
            inputs = [constant.output[0], erf.output[0]]
            graph.make_node("Sub", inputs, outputs=node.output, name=node.name, shapes=[shape], dtypes=[kind])

    tf_op("Erfc")(Erfc)


def _ask_keras(path: Path, images: np.ndarray) -> np.ndarray:
    return np.asarray(keras.saving.load_model(path, compile=False).predict(images, verbose=0))


def _ask_litert(path: Path, images: np.ndarray) -> np.ndarray:
    interpreter = tf.lite.Interpreter(str(path))
    interpreter.allocate_tensors()
    entry, exit_ = (several[0]["index"] for several in (interpreter.get_input_details(), interpreter.get_output_details()))

    def answer(image: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(entry, image[None])
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(exit_)[0])

    return np.stack([answer(image) for image in images])


def _ask_onnx(path: Path, images: np.ndarray) -> np.ndarray:
    import onnxruntime  # noqa: PLC0415 - an optional package, which only this format needs

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {session.get_inputs()[0].name: images})[0])


WRITERS: Mapping[str, Callable[[keras.Model, Path], object]] = {
    "keras": keras.saving.save_model,
    "litert": _write_litert,
    "onnx": _write_onnx,
}
READERS: Mapping[str, Callable[[Path, np.ndarray], np.ndarray]] = {
    "keras": _ask_keras,
    "litert": _ask_litert,
    "onnx": _ask_onnx,
}

if __name__ == "__main__":
    end_with_parent()
    convert(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
