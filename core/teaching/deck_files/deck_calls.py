"""The reader of calls in a deck, such as `{parameters: {equal: 10}}`, which reports unknown names and wrong arguments."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from core.parameters import Parameter
from core.problems import did_you_mean, quoted
from core.teaching.checks.check import as_tuples
from core.teaching.deck_files.deck_fields import Fields, correction_hint
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem, mistake, unknown_name


class Callee(Protocol):
    """A check, or a predictable value, that decks call by name, with arguments."""

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


def read_call(
    node: Node | None, fields: Fields, table: Mapping[str, Callee], problems: list[DeckProblem]
) -> tuple[str, Mapping[str, Any]]:
    """Read the call of a check or of a predictable value, such as `run_finished` or `{parameters: {equal: 10}}`.

    Mistakes are added to `problems`. If the name is missing or unknown, return an empty name.

    Parameters
    ----------
    node
        The value in the deck, or None if the value is missing. The missing value was reported before.
    fields
        The fields of the block that holds the call.
    table
        All checks or all predictable values, by name.
    problems
        The list to which mistakes are added.
    """
    if node is None:
        return "", {}
    name, arguments = _parts(node)
    if not name:
        happened = f"{quoted(node.plain)} stands in {fields.kind}."
        expected = "Expected a name, or a name with its arguments: {parameters: {equal: 10}}."
        fix = "Write the arguments in braces behind the name, and each check in a line of its own that begins with a hyphen."
        problems.append(mistake(node.line, "deck-field", happened, expected, fix))
    elif name not in table:
        problems.append(unknown_name(node.line, "a check or a figure", name, tuple(table)))
    else:
        return name, dict(_arguments(name, arguments, table[name], problems))
    return "", {}


def _parts(node: Node) -> tuple[str, Node]:
    """Return the name of a call, and the node of its arguments. If the node is no call, return an empty name."""
    none = Node({}, node.line)
    if isinstance(node.value, str):
        return node.value, none
    if isinstance(node.value, dict) and len(node.value) == 1:
        ((name, arguments),) = node.value.items()
        if arguments.value is None or isinstance(arguments.value, dict):
            return name, none if arguments.value is None else arguments
    return "", none


def _arguments(name: str, node: Node, callee: Callee, problems: list[DeckProblem]) -> Iterator[tuple[str, Any]]:
    parameters = {parameter.name: parameter for parameter in callee.parameters}
    for key, value in node.value.items():
        if key not in parameters:
            known = did_you_mean(key, tuple(parameters)) if parameters else "It takes no arguments."
            happened = f"{name} has the unknown argument {quoted(key)}."
            problems.append(mistake(value.line, "deck-argument", happened, known, "Correct or remove it."))
            continue
        constraint = parameters[key].constraint
        candidates = (as_tuples(value.plain), _as_texts(value))  # 8 counts as a text if a text is asked for
        valid = [candidate for candidate in candidates if constraint.is_valid(candidate)]
        if valid:
            yield key, valid[0]
        else:
            happened = f"{key} of {name} is {quoted(value.plain)}."
            fix = correction_hint(candidates[0], constraint)
            problems.append(mistake(value.line, "deck-argument", happened, f"Expected {constraint.describe()}.", fix))
    if set(node.value) <= set(parameters):  # a misspelt argument would be reported as missing, too
        _check_presence(name, node, callee, problems)


def _check_presence(name: str, node: Node, callee: Callee, problems: list[DeckProblem]) -> None:
    required, one_of = (getattr(callee, field, ()) for field in ("required", "one_of"))
    missing = [key for key in required if key not in node.value]
    if one_of and not any(key in node.value for key in one_of):
        missing.append(" or ".join(one_of))
    for key in missing:
        happened, fix = f"{name} lacks {key}.", f"Write {name}: {{{key.split(' or ')[0]}: ...}}"
        problems.append(mistake(node.line, "deck-argument", happened, "Expected this argument.", fix))


def _as_texts(node: Node) -> Any:
    if isinstance(node.value, list):
        return tuple(map(_as_texts, node.value))
    return node.text if not isinstance(node.value, dict) else None
