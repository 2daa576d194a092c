"""A reader of Keras calls in code that a person edited, such as `layers.Dense(128)`. Each call becomes an EntryRef."""

import ast
from collections.abc import Mapping

from core.catalogue import Entry
from core.experiment.model import CATALOGUES, NESTED, in_keras_order, is_allowed
from core.export.code_mistakes import CodeError, code_error, unknown_name_error
from core.parameters import Arguments, EntryRef, Value
from core.problems import quoted

MODULES: Mapping[str, str] = {
    "layers": "keras.layers",
    "optimizer": "keras.optimizers",
    "schedules": "keras.optimizers.schedules",
    "loss": "keras.losses",
    "metrics": "keras.metrics",
    "callbacks": "keras.callbacks",
    "initializers": "keras.initializers",
    "regularizers": "keras.regularizers",
    "constraints": "keras.constraints",
}
KIND_NAMES = {"optimizer": "optimizer", "loss": "loss", "metrics": "metric", "schedules": "schedule"}


class CallReader:
    """A reader that turns Keras calls in a syntax tree into EntryRefs, references to catalogue entries.

    Parameters
    ----------
    text
        The whole code, which error messages quote.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.named: dict[str, ast.Call] = {}  # the schedules that are assigned to variables, by variable

    def words(self, call: ast.Call, known: tuple[str, ...], subject: str) -> dict[str, ast.expr]:
        """Return the arguments of a call by name. Positional arguments get the names in `known`, in their order."""
        words = dict(zip(known, call.args, strict=False))
        if len(call.args) > len(known):
            raise code_error(
                call.lineno, f"{subject} has {len(call.args)} values.", f"Expected at most {len(known)}.", "Remove some."
            )
        for name, value in self.keywords(call):
            if name not in known:
                node = next(word for word in call.keywords if word.arg == name)
                raise unknown_name_error(node, self.text, f"{subject}({name}=...): unknown argument", name, known)
            if name in words:
                raise code_error(value.lineno, f"{subject} has {name} twice.", "Expected it once.", "Remove one.")
            words[name] = value
        return words

    def keywords(self, call: ast.Call) -> list[tuple[str, ast.expr]]:
        for word in call.keywords:
            if word.arg is None:
                raise code_error(word.value.lineno, "** stands in a call.", "Expected names with values.", "Write them out.")
        return [(word.arg, word.value) for word in call.keywords if word.arg is not None]

    def items(self, node: ast.expr | None, subject: str) -> list[ast.expr]:
        if node is None:
            return []
        if not isinstance(node, ast.List):
            raise code_error(node.lineno, f"{subject} is no list.", f"Expected {subject}=[...].", "Write it in brackets.")
        return node.elts

    def chosen(
        self, node: ast.expr, kind: str, *, ignored: tuple[str, ...] = (), also: Mapping[str, str] | None = None
    ) -> EntryRef:
        """Return the EntryRef for a call of a Keras class that the catalogue of this kind contains."""
        module, catalogue = MODULES[kind], CATALOGUES[kind]
        shown = f"{module.removeprefix('keras.') if kind == 'layers' else module}.{next(iter(catalogue))}(...)"
        if not isinstance(node, ast.Call):
            words = ast.get_source_segment(self.text, node) or ""
            raise code_error(
                node.lineno, f"{quoted(words)} is no call.", f"Expected {shown}.", "Write the class with brackets."
            )
        before, _, name = dotted(node.func).rpartition(".")
        named = (also or {}).get(name, name)
        if before not in ("", module, module.removeprefix("keras."), module.rpartition(".")[2]):
            raise code_error(
                node.lineno, f"{quoted(before)} is no part of Keras that stands here.", f"Expected {shown}.", "Correct it."
            )
        if named not in catalogue:
            known = tuple(catalogue)
            raise unknown_name_error(node.func, self.text, f"unknown {KIND_NAMES.get(kind, kind.rstrip('s'))}", name, known)
        return EntryRef(named, self._arguments(node, catalogue[named], ignored))

    def _arguments(self, call: ast.Call, entry: Entry, ignored: tuple[str, ...]) -> Arguments:
        """Return the arguments of a call, in Keras' order. Refuse unknown, repeated and missing arguments."""
        if len(call.args) > len(entry.required):
            happened = f"{entry.name} has {len(call.args)} values without a name."
            names = ", ".join(f"{parameter.name}=..." for parameter in entry.parameters[:3]) or "none"
            raise code_error(
                call.lineno, happened, f"Expected at most {len(entry.required)}: then {names}", "Write the names."
            )
        nodes: dict[str, ast.expr] = dict(zip(entry.required, call.args, strict=False))
        for name, node in self.keywords(call):
            if name in ignored:
                continue
            if entry.parameter(name) is None:
                raise self._unknown_argument(call, entry, name)
            if name in nodes:
                raise code_error(node.lineno, f"{entry.name} has {name} twice.", "Expected it once.", "Remove one.")
            nodes[name] = node
        for name in entry.required:
            if name not in nodes and entry.parameter(name) is not None:
                raise code_error(call.lineno, f"{entry.name} has no {name}.", f"Expected {name}=...", "Add it.")
        return in_keras_order({name: self._argument(node, entry, name) for name, node in nodes.items()}, entry)

    def _unknown_argument(self, call: ast.Call, entry: Entry, name: str) -> CodeError:
        word = next(word for word in call.keywords if word.arg == name)
        if why := entry.left_out.get(name):
            return code_error(word.value.lineno, f"{entry.name}({name}=...) cannot be set here.", why, "Remove it.")
        known = tuple(parameter.name for parameter in entry.parameters)
        return unknown_name_error(word, self.text, f"{entry.name}({name}=...): unknown argument", name, known)

    def _argument(self, node: ast.expr, entry: Entry, name: str) -> Value:
        """Return the value of an argument, and refuse a value that the catalogue does not allow."""
        parameter, value = entry.parameter(name), self._nested_or_plain(node, name)
        if parameter is not None and not is_allowed(value, parameter):
            expected = f"Expected {parameter.constraint.describe()}."
            words = ast.get_source_segment(self.text, node) or ""
            raise code_error(node.lineno, f"{entry.name}: {name} is {quoted(words)}.", expected, "Correct the value.")
        return value

    def _nested_or_plain(self, node: ast.expr, name: str) -> Value:
        if isinstance(node, ast.Name) and node.id in self.named:
            node = self.named[node.id]
        if isinstance(node, ast.Call) and name in NESTED:
            return self.chosen(node, NESTED[name])
        return self.value(node, name)

    def value(self, node: ast.expr, subject: str) -> Value:
        """Return the value of a constant, or of a tuple or list of constants. Refuse any other expression."""
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool | int | float | str)):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            number = node.operand.value
            if isinstance(number, int | float) and not isinstance(number, bool):
                return -number
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) <= 16:
            return tuple(self.value(item, subject) for item in node.elts)
        words = ast.get_source_segment(self.text, node) or ""
        raise code_error(node.lineno, f"{subject} is {quoted(words)}.", "Expected a plain value.", "Write the value itself.")


def dotted(node: ast.expr) -> str:
    """Return a name with its modules, such as "keras.layers.Dense". Return an empty string for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
