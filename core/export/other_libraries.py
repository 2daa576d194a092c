"""The same task as a script for three libraries: raw TensorFlow, Keras, and scikit-learn's MLPClassifier."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.experiment.model import Experiment, Layer
from core.experiment.templates import lecture_experiment
from core.export.python_source import list_lines
from core.export.script import script, step_code

LEAST_VALIDATION = 0.1  # share of the training images for validation, if the draft has no validation set
# The name of each activation in the other two libraries; a network with any other activation is not compared.
IN_TENSORFLOW = MappingProxyType({"relu": "tf.nn.relu", "tanh": "tf.tanh", "sigmoid": "tf.sigmoid"})
IN_SCIKIT_LEARN = MappingProxyType({"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"})
TENSORFLOW, KERAS, SCIKIT_LEARN = "tensorflow", "keras", "sklearn"
RESULT = "accuracy"  # the variable of each script that holds its result


@dataclass(frozen=True)
class LibraryScript:
    """The script that trains and evaluates the network with a library."""

    name: str  # the name in addresses and files
    title: str
    sentence: str
    head: str  # imports, and the lines that load the data, which are the same in all three scripts
    steps: Mapping[str, str]  # the lines of each further step

    @property
    def text(self) -> str:
        """The whole script."""
        steps = "\n\n".join(f"# {step.capitalize()}\n{lines}" for step, lines in self.steps.items() if lines)
        return f"{self.head}\n\n{steps}\n"

    @property
    def own_text(self) -> str:
        """The script without its imports and without the lines that load the data."""
        return "\n\n".join(f"# {step.capitalize()}\n{lines}" for step, lines in self.steps.items() if lines)

    def lines(self, step: str = "") -> int:
        """Return the number of lines of code of a step. Without a step, count the lines of all steps after loading."""
        texts = [self.steps[step]] if step else list(self.steps.values())
        return sum(bool(line.strip()) and not line.strip().startswith("#") for text in texts for line in text.splitlines())


def portable_experiment(experiment: Experiment) -> Experiment:
    """Return an experiment that all three libraries can train: the draft, or else the lecture's network on the same data.

    The experiment has a validation set and no callbacks, and computes with TensorFlow.
    """
    base = (
        experiment
        if is_comparable(experiment)
        else replace(lecture_experiment(experiment.data.dataset), data=experiment.data)
    )
    split = base.data.validation_split or LEAST_VALIDATION
    fit = replace(experiment.fit, callbacks=(), backend="tensorflow", mode="exact")
    return replace(base, data=replace(base.data, validation_split=split), fit=fit)


def is_comparable(experiment: Experiment) -> bool:
    """Return whether all three libraries can train the network.

    They can if Flatten is followed only by Dense layers, with the lecture's loss, and Adam at a constant rate.
    """
    usual = lecture_experiment(experiment.data.dataset).compile
    compiled = experiment.compile
    hidden = _hidden(experiment)
    first, last = (experiment.layers[0], experiment.layers[-1]) if len(experiment.layers) > 2 else (None, None)
    if first is None or last is None or not first.entry.trait("flattens"):
        return False
    if not all(_is_plain_dense(layer) for layer in (*hidden, last)):
        return False
    functions = {layer.values["activation"] for layer in hidden}
    return (
        len(functions) == 1
        and functions <= set(IN_TENSORFLOW)
        and (last.values["units"], last.values["activation"]) == (experiment.data.entry.num_classes, "softmax")
        and compiled.loss == usual.loss
        and compiled.optimizer.name == usual.optimizer.name
        and [name for name, _ in compiled.optimizer.arguments if name != "learning_rate"] == []
        and isinstance(_learning_rate(experiment), float)
    )


def _hidden(experiment: Experiment) -> tuple[Layer, ...]:
    return experiment.layers[1:-1]


def _is_plain_dense(layer: Layer) -> bool:
    """Return whether a layer is a Dense layer after the previous layer, with no arguments but `units` and `activation`."""
    argument_names = {name for name, _ in layer.arguments}
    return layer.entry.trait("sums") == "dense" and not layer.inputs and argument_names <= {"units", "activation"}


def _learning_rate(experiment: Experiment) -> object:
    return dict(experiment.compile.optimizer.arguments).get("learning_rate", 0.001)


def library_scripts(experiment: Experiment) -> tuple[LibraryScript, ...]:
    """Return the scripts of an experiment for the three libraries. Get the experiment from `portable_experiment`.

    All scripts use the same data, layers, optimizer, batches and epochs, and compute the accuracy on the validation set.
    Their random initial weights differ.
    """
    head, _, _ = script(experiment).partition("\n# Load\n")
    head = f"{head}\n{step_code(experiment, 'load')}"
    return (
        LibraryScript(
            TENSORFLOW,
            "Raw TensorFlow",
            "Without Keras: the weights, the way of an image through the layers, and each step of Adam are written out.",
            head.replace("from keras import layers\n", "import tensorflow as tf\n"),
            MappingProxyType(_tensorflow(experiment)),
        ),
        LibraryScript(
            KERAS,
            "Keras",
            "Layers are put together; compile says how they learn; fit does the steps.",
            head,
            MappingProxyType(_keras(experiment)),
        ),
        LibraryScript(
            SCIKIT_LEARN,
            "scikit-learn",
            "A single Python class builds and trains a stack of Dense layers. It starts from other random weights.",
            head.replace("from keras import layers\n", "from sklearn.neural_network import MLPClassifier\n"),
            MappingProxyType(_scikit_learn(experiment)),
        ),
    )


def _without_title(text: str) -> str:
    return text.partition("\n")[2]


def _keras(experiment: Experiment) -> dict[str, str]:
    fit = experiment.fit
    return {
        "define": _without_title(step_code(experiment, "define")),
        "compile": _without_title(step_code(experiment, "compile")),
        "train": f"model.fit(x_train, y_train, epochs={fit.epochs}, batch_size={fit.batch_size})",
        "evaluate": f"loss, {RESULT} = model.evaluate(x_val, y_val)\nprint({RESULT})",
    }


def _scikit_learn(experiment: Experiment) -> dict[str, str]:
    hidden, fit = _hidden(experiment), experiment.fit
    sizes = ", ".join(str(layer.values["units"]) for layer in hidden)
    define = [
        "model = MLPClassifier(",
        f"    hidden_layer_sizes=({sizes}{',' if len(hidden) == 1 else ''}),",
        f'    activation="{IN_SCIKIT_LEARN[str(hidden[0].values["activation"])]}",',
        '    solver="adam",',
        f"    learning_rate_init={_learning_rate(experiment)!r},",
        "    alpha=0.0,",
        f"    batch_size={fit.batch_size},",
        f"    max_iter={fit.epochs},",
        f"    n_iter_no_change={fit.epochs},",
        f"    random_state={fit.seed},",
        ")",
    ]
    return {
        "define": "\n".join(define),
        "compile": "",
        "train": "model.fit(x_train.reshape(len(x_train), -1), y_train)",
        "evaluate": f"{RESULT} = model.score(x_val.reshape(len(x_val), -1), y_val)\nprint({RESULT})",
    }


def _tensorflow(experiment: Experiment) -> dict[str, str]:
    hidden, fit, entry = _hidden(experiment), experiment.fit, experiment.data.entry
    height, width, channels = entry.image_shape
    sizes = [height * width * channels, *(layer.values["units"] for layer in hidden), entry.num_classes]
    function = IN_TENSORFLOW[str(hidden[0].values["activation"])]
    define = [
        *list_lines("sizes", [str(size) for size in sizes]),
        "weights, biases = [], []",
        "for inputs, units in zip(sizes, sizes[1:]):",
        "    limit = (6 / (inputs + units)) ** 0.5",
        "    weights.append(tf.Variable(tf.random.uniform((inputs, units), -limit, limit)))",
        "    biases.append(tf.Variable(tf.zeros(units)))",
        "",
        "",
        "def logits(images):",
        "    values = tf.reshape(images, (-1, sizes[0]))",
        "    for weight, bias in zip(weights[:-1], biases[:-1]):",
        f"        values = {function}(values @ weight + bias)",
        "    return values @ weights[-1] + biases[-1]",
        "",
    ]
    compiled = [
        "variables = weights + biases",
        "means = [tf.Variable(tf.zeros_like(variable)) for variable in variables]",
        "squares = [tf.Variable(tf.zeros_like(variable)) for variable in variables]",
        "steps = tf.Variable(0.0)",
        "",
        "",
        "@tf.function",
        "def train_step(images, labels):",
        "    with tf.GradientTape() as tape:",
        "        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits(images))",
        "        loss = tf.reduce_mean(losses)",
        "    gradients = tape.gradient(loss, variables)",
        "    steps.assign_add(1.0)",
        f"    rate = {_learning_rate(experiment)!r} * tf.sqrt(1.0 - 0.999**steps) / (1.0 - 0.9**steps)",
        "    for variable, gradient, mean, square in zip(variables, gradients, means, squares):",
        "        mean.assign(0.9 * mean + 0.1 * gradient)",
        "        square.assign(0.999 * square + 0.001 * gradient**2)",
        "        variable.assign_sub(rate * mean / (tf.sqrt(square) + 1e-7))",
        "",
    ]
    train = [
        "images = tf.data.Dataset.from_tensor_slices((x_train, y_train))",
        f"batches = images.shuffle(len(x_train)).batch({fit.batch_size})",
        f"for epoch in range({fit.epochs}):",
        "    for batch, labels in batches:",
        "        train_step(batch, labels)",
    ]
    evaluate = [
        "predicted = tf.argmax(logits(x_val), axis=-1).numpy()",
        f"{RESULT} = (predicted == y_val).mean()",
        f"print({RESULT})",
    ]
    steps = {"define": define, "compile": compiled, "train": train, "evaluate": evaluate}
    return {step: "\n".join(lines) for step, lines in steps.items()}
