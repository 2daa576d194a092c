"""A reader that turns code which a person edited back into an experiment. The code is parsed with `ast`, never executed.

`editable_code` returns the lines that a person may edit, which define, compile and fit the network. `read_code` reads the
edited lines. Parts of the experiment that the code does not mention, such as the data and the seed, stay unchanged.
"""

import ast
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from textwrap import shorten

from core.experiment.graph import is_sequential
from core.experiment.layer_names import custom_names
from core.experiment.model import (
    CATALOGUES,
    FIT,
    MAXIMUM_LAYERS,
    Compile,
    Experiment,
    Fit,
    Layer,
    to_dict,
)
from core.experiment.serialization import from_dict
from core.export.code_calls import KIND_NAMES, CallReader, dotted
from core.export.code_mistakes import CodeError, CodeMistake, code_error, unknown_name_error
from core.export.code_tokens import check_code_tokens
from core.export.python_source import python_value
from core.export.script import arguments, layer_line, step_code
from core.parameters import EntryRef, Parameter
from core.problems import ProblemError, quoted

BRANCHES = "# The network has branches: change it on Define."
STATEMENTS = "Expected model = keras.Sequential([...]), model.compile(...) and model.fit(...)."
COMPILED = ("optimizer", "loss", "metrics")
FITTED = ("x", "y", "epochs", "batch_size", "validation_data", "callbacks")
SYNTAX = "Expected Python, with a comma between two layers and a closing bracket for each open one."
MOST_STATEMENTS = 400


def editable_code(experiment: Experiment) -> str:
    """Return the lines of an experiment's script that a person may edit: those that define, compile and fit the network.

    For a network with branches, a comment replaces the lines that define the layers.
    """
    if is_sequential(experiment):
        steps = [step_code(experiment, step) for step in ("define", "compile", "train")]
    else:
        steps = [BRANCHES, *(step_code(experiment, step) for step in ("compile", "train"))]
    return "\n\n".join(steps) + "\n"


def read_code(text: str, experiment: Experiment) -> Experiment | CodeMistake:
    """Read edited code as an experiment.

    Parameters
    ----------
    text
        The code.
    experiment
        The experiment whose code was edited.

    Returns
    -------
    Experiment or CodeMistake
        The experiment that the code describes, or the first mistake in the code.
    """
    try:
        return _Reader(text, experiment).read()
    except CodeError as error:
        return error.mistake


class _Reader(CallReader):
    """A reader of the edited code of an experiment."""

    def __init__(self, text: str, experiment: Experiment) -> None:
        super().__init__(text.replace("\r\n", "\n").replace("\r", "\n"))
        self.experiment = experiment
        self.layers: list[Layer] | None = None
        self.compile: Compile | None = None
        self.fit: Fit | None = None

    def read(self) -> Experiment:
        """Return the experiment that the text describes."""
        for statement in self._statements():
            self._statement(statement)
        is_chain = is_sequential(self.experiment)
        for is_there, missing in (
            (self.layers is not None or not is_chain, "model = keras.Sequential([...])"),
            (self.compile is not None, "model.compile(...)"),
            (self.fit is not None, "model.fit(...)"),
        ):
            if not is_there:
                raise code_error(
                    self.text.count("\n") + 1, f"{missing} is missing.", f"Expected {missing}.", "Write the line again."
                )
        layers = tuple(self.layers) if self.layers is not None else self.experiment.layers
        compiled, fit = self.compile or self.experiment.compile, self.fit or self.experiment.fit
        return self._readable(replace(self.experiment, layers=layers, compile=compiled, fit=fit))

    def _readable(self, experiment: Experiment) -> Experiment:
        """Return the experiment unchanged. Refuse an experiment whose names or texts are too long for the file format."""
        try:
            from_dict(to_dict(experiment))
        except ProblemError as error:
            problem = error.problem
            raise code_error(1, problem.happened, problem.expected, problem.fix) from None
        return experiment

    def _statements(self) -> Sequence[ast.stmt]:
        check_code_tokens(self.text)
        try:
            tree = ast.parse(self.text)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            read, said = self.text.splitlines()[line - 1 : line], str(getattr(error, "msg", error)).rstrip(".?")
            happened = f"Python cannot read “{shorten(read[0], 80, placeholder=' …') if read else ''}”: {said}."
            raise code_error(line, happened, SYNTAX, "Correct this line, or the one before it.") from None
        if len(tree.body) > MOST_STATEMENTS:
            raise code_error(1, f"the code has {len(tree.body):,} statements.", STATEMENTS, "Remove the others.")
        return tree.body

    def _statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return  # nothing is executed, so names belong to Keras even without imports
        target, value = "", getattr(statement, "value", None)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
            target = statement.targets[0].id
        elif not isinstance(statement, ast.Expr):
            raise self._not_understood(statement)
        if not isinstance(value, ast.Call):
            raise self._not_understood(statement)
        called = dotted(value.func)
        if called in ("keras.Sequential", "Sequential", "keras.models.Sequential") and target == "model":
            self._sequential(value)
        elif called == "model.add" and self.layers is not None and not target:
            self._add(value)
        elif called == "model.compile" and not target:
            self._compile(value)
        elif called == "model.fit":
            self._fit(value)
        elif called.rpartition(".")[2] in CATALOGUES["schedules"] and target:
            self.named[target] = value
        elif called.rpartition(".")[2] in ("Input", "Model"):
            happened = "a network of branches cannot be edited as text."
            raise code_error(
                statement.lineno, happened, "Expected model = keras.Sequential([...]).", "Build branches on Define."
            )
        else:
            raise self._not_understood(statement)

    def _not_understood(self, statement: ast.stmt) -> CodeError:
        words = (ast.get_source_segment(self.text, statement) or "").split("\n")[0]
        return code_error(statement.lineno, f"{quoted(words)} is not understood.", STATEMENTS, "Remove it.")

    # Define

    def _sequential(self, call: ast.Call) -> None:
        if not is_sequential(self.experiment):
            raise code_error(
                call.lineno, "the network of this draft has branches.", "Expected none.", "Change it on Define."
            )
        if call.keywords or len(call.args) > 1 or (call.args and not isinstance(call.args[0], ast.List)):
            raise code_error(call.lineno, "keras.Sequential takes one list.", "Expected a list of layers.", "Write [ and ].")
        nodes = call.args[0].elts if call.args and isinstance(call.args[0], ast.List) else []
        if len(nodes) > MAXIMUM_LAYERS + 1:
            raise code_error(
                call.lineno, f"the network has {len(nodes):,} layers.", f"Expected at most {MAXIMUM_LAYERS}.", "Remove some."
            )
        self.layers = self._like_before([layer for node in nodes if (layer := self._layer(node)) is not None])

    def _add(self, call: ast.Call) -> None:
        if call.keywords or len(call.args) != 1 or len(self.layers or ()) >= MAXIMUM_LAYERS:
            raise code_error(
                call.lineno, "model.add takes one layer.", f"Expected one, and at most {MAXIMUM_LAYERS}.", "Correct it."
            )
        layer = self._layer(call.args[0])
        if layer is not None:
            self.layers = self._like_before([*(self.layers or ()), layer])

    def _layer(self, node: ast.expr) -> Layer | None:
        """Read a layer. Return None for `keras.Input`, since the images determine the input shape."""
        if isinstance(node, ast.Call) and dotted(node.func) in (
            "keras.Input",
            "Input",
            "keras.layers.Input",
            "layers.Input",
        ):
            self._check_input(node)
            return None
        known = dict(self.keywords(node)) if isinstance(node, ast.Call) else {}
        name = known.get("name")
        own = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
        chosen = self.chosen(node, "layers", ignored=("name",))
        return Layer(chosen.name, chosen.arguments, custom_name=own)

    def _check_input(self, call: ast.Call) -> None:
        expected = self.experiment.data.entry.image_shape
        values = [*call.args, *(word.value for word in call.keywords if word.arg == "shape")]
        shape = self.value(values[0], "the shape") if len(values) == 1 else None
        if shape != expected:
            fix = f"Write keras.Input({python_value(expected)}), or choose other images on Load."
            happened = f"keras.Input has the shape {quoted(shape)}."
            raise code_error(call.lineno, happened, f"The images have {python_value(expected)}.", fix)

    def _like_before(self, layers: list[Layer]) -> list[Layer]:
        """Return the layers of the code with the ids and blocks of the matching layers in the edited experiment."""
        before, custom = self.experiment.layers, custom_names(self.experiment)
        old = [layer_line(layer, custom.get(layer.id, "")) for layer in before]
        new = [layer_line(layer, layer.custom_name) for layer in layers]
        kept: list[Layer] = []
        for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                kept += before[start:end]
                continue
            for offset, layer in enumerate(layers[first:last]):
                same = before[start + offset] if start + offset < end else None
                is_same = same is not None and same.name == layer.name
                kept.append(replace(layer, id=same.id, block=same.block, inputs=same.inputs) if is_same and same else layer)
        return _with_ids(kept, {layer.id for layer in before})

    # Compile and fit

    def _compile(self, call: ast.Call) -> None:
        words = self.words(call, COMPILED, "model.compile")
        before = self.experiment.compile
        optimizer, loss = words.get("optimizer"), words.get("loss")
        metrics = words.get("metrics")
        if optimizer is None or loss is None:
            name = "optimizer" if optimizer is None else "loss"
            raise code_error(call.lineno, f"model.compile has no {name}.", f"Expected {name}=...", "Write it again.")
        chosen = tuple(self._metric(node) for node in self.items(metrics, "metrics")) if metrics is not None else ()
        self.compile = Compile(
            _like(before.optimizer, self._named_or_called(optimizer, "optimizer"), "optimizer"),
            _like(before.loss, self._named_or_called(loss, "loss"), "loss"),
            tuple(_likes(before.metrics, chosen, "metrics")),
        )

    def _named_or_called(self, node: ast.expr, kind: str) -> EntryRef:
        """Read an optimizer or a loss, given as a call or by its name as a string, such as "adam"."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            short = {_letters(name): name for name in CATALOGUES[kind]}
            name = short.get(_letters(node.value))
            if name is None:
                known = tuple(CATALOGUES[kind])
                raise unknown_name_error(node, self.text, f"unknown {KIND_NAMES[kind]}", node.value, known)
            return EntryRef(name)
        return self.chosen(node, kind)

    def _metric(self, node: ast.expr) -> EntryRef:
        if isinstance(node, ast.Constant):
            by_text = {entry.trait("keras_string"): name for name, entry in CATALOGUES["metrics"].items()}
            if node.value in by_text and node.value is not None:
                return EntryRef(by_text[node.value])
            known = tuple(str(text) for text in by_text if text)
            raise unknown_name_error(node, self.text, "unknown metric", str(node.value), known)
        classes = {entry.trait("integer_labels", name): name for name, entry in CATALOGUES["metrics"].items()}
        return self.chosen(node, "metrics", also=classes)

    def _fit(self, call: ast.Call) -> None:
        words, before = self.words(call, FITTED, "model.fit"), self.experiment.fit
        for name in ("epochs", "batch_size"):
            if name not in words:
                raise code_error(call.lineno, f"model.fit has no {name}.", f"Expected {name}=...", "Write it again.")
        numbers = {name: self._number(words[name], FIT[name]) for name in ("epochs", "batch_size")}
        names = {"x": "x_train", "y": "y_train"}
        for name, expected in names.items():
            if name not in words or dotted(words[name]) != expected:
                raise code_error(
                    call.lineno, "model.fit learns from other images.", "Expected x_train, y_train.", "Write them."
                )
        has_validation = bool(self.experiment.data.num_validation)
        if has_validation != ("validation_data" in words):
            happened = f"validation_data is {'missing' if has_validation else 'there, and no images are kept aside'}."
            fix = "Choose the share of the validation set on Load."
            raise code_error(call.lineno, happened, "Expected the sets as Load splits them.", fix)
        several = tuple(self.chosen(node, "callbacks") for node in self.items(words.get("callbacks"), "callbacks"))
        callbacks = tuple(_likes(before.callbacks, several, "callbacks"))
        self.fit = replace(before, epochs=numbers["epochs"], batch_size=numbers["batch_size"], callbacks=callbacks)

    def _number(self, node: ast.expr, parameter: Parameter) -> int:
        value = self.value(node, parameter.name)
        if not parameter.constraint.is_valid(value):
            expected = f"Expected {parameter.constraint.describe()}."
            raise code_error(node.lineno, f"{parameter.name} is {quoted(value)}.", expected, "Correct the value.")
        return int(value)


def _letters(name: str) -> str:
    return name.replace("_", "").casefold()


def _with_ids(layers: list[Layer], taken: set[str]) -> list[Layer]:
    """Return the layers, each with an id. A new layer gets an id that is not in `taken` and not used yet."""
    used = taken | {layer.id for layer in layers if layer.id}
    done: list[Layer] = []
    for layer in layers:
        number = len(done) + 1
        while not layer.id:
            name = f"code-{number}"
            layer = layer if name in used else replace(layer, id=name)
            number += 1
        used.add(layer.id)
        done.append(layer)
    return done


def _like(before: EntryRef, chosen: EntryRef, kind: str) -> EntryRef:
    """Return the earlier EntryRef if both have the same code, or else the new EntryRef.

    The earlier EntryRef may set arguments to their defaults, which the code leaves out.
    """
    return before if _code(before, kind) == _code(chosen, kind) else chosen


def _likes(before: Sequence[EntryRef], several: Sequence[EntryRef], kind: str) -> list[EntryRef]:
    by_code = {_code(choice, kind): choice for choice in before}
    return [by_code.get(_code(choice, kind), choice) for choice in several]


def _code(chosen: EntryRef, kind: str) -> str:
    """Return the Keras call for an EntryRef, as in the script but without its module."""
    return f"{chosen.name}({arguments(chosen, CATALOGUES[kind][chosen.name])})"
