"""A mistake in code that a person edited, with its line, its correction, and the code after the repair."""

import ast
from dataclasses import dataclass

from core.problems import Problem, closest, did_you_mean, quoted


@dataclass(frozen=True)
class CodeMistake:
    """A mistake in the code of an experiment that a person edited."""

    line: int  # the line of the code, counted from 1
    problem: Problem
    label: str = ""  # the label of the repair, such as "Write units"; "" if no repair is known
    repaired: str = ""  # the whole code after the repair


class CodeError(Exception):
    """Raised for code that cannot be understood. The exception carries the mistake."""

    def __init__(self, mistake: CodeMistake) -> None:
        super().__init__(f"Line {mistake.line}: {mistake.problem}")
        self.mistake = mistake


def code_error(line: int, happened: str, expected: str, fix: str) -> CodeError:
    """Return the error for a line that cannot be understood."""
    return CodeError(CodeMistake(line, Problem("code-not-understood", (), f"Line {line}: {happened}", expected, fix)))


def unknown_name_error(node: ast.AST, text: str, role: str, name: str, known: tuple[str, ...]) -> CodeError:
    """Return the error for an unknown name, with the closest known name as its repair.

    Parameters
    ----------
    node
        The node that holds the name, at the beginning or at the end of the node.
    text
        The whole code.
    role
        The role of the name in its call, such as "Dense(unit=...): unknown argument".
    name
        The name as typed.
    known
        All names that are allowed in this place.
    """
    line = int(getattr(node, "lineno", 1))
    hint, close = did_you_mean(name, known) if known else "Nothing may stand there.", closest(name, known)
    happened = f"Line {line}: {role} {quoted(name)}."
    problem = Problem("code-not-understood", (), happened, hint, "Correct the name, or remove it.")
    if close is None:
        return CodeError(CodeMistake(line, problem))
    return CodeError(CodeMistake(line, problem, f"Write {close}", _replaced(text, node, name, close)))


def _replaced(text: str, node: ast.AST, name: str, close: str) -> str:
    """Return the code with a name replaced at the beginning or the end of a node. Return "" if the name stands elsewhere."""
    lines = text.split("\n")
    row = int(getattr(node, "lineno", 1)) - 1
    content = lines[row].encode()
    start, end = int(getattr(node, "col_offset", 0)), int(getattr(node, "end_col_offset", None) or 0)
    old = name.encode()
    for index in (start, end - len(old)):
        if content[index : index + len(old)] == old:
            lines[row] = (content[:index] + close.encode() + content[index + len(old) :]).decode()
            return "\n".join(lines)
    return ""
