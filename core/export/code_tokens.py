"""The check of the tokens in code that a person edited, before Python parses the code.

Python's own parser accepts all of Python, and deep nesting can end the process. The code of an experiment needs only calls
with names and plain values, without deep nesting.
"""

import io
import keyword
import tokenize
from itertools import pairwise

from core.export.code_mistakes import code_error
from core.problems import quoted

LONGEST_TEXT = 65_536  # characters; 200 layers take 20,000
LONGEST_NUMBER = 40  # characters of a number
DEEPEST_NESTING = 12  # the depth of nested brackets; the code of an export has a depth of 6 at most
OPERATORS = frozenset("()[],=.-:")
VALUES = ("True", "False", "None")
IMPORTS = ("import", "from", "as")
SHOWN = "a call such as layers.Dense(128) with plain values"
SPACE = (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)


def check_code_tokens(text: str) -> None:
    """Refuse code that holds anything except names, calls and plain values.

    Raises
    ------
    CodeError
        A token of the code is not allowed. The error names the first such token.
    """
    if len(text) > LONGEST_TEXT:
        happened, expected = f"the code has {len(text):,} characters.", f"Expected at most {LONGEST_TEXT:,}."
        raise code_error(1, happened, expected, "Remove what is no part of the network.")
    tokens = list(_tokens(text))
    depth = 0
    for token in tokens:
        _check(token)
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.string, 0)
        if depth > DEEPEST_NESTING:
            raise code_error(
                token.start[0], f"brackets stand {depth} deep.", f"Expected at most {DEEPEST_NESTING}.", "Simplify it."
            )
    words = [token for token in tokens if token.type not in SPACE]
    for before, after in pairwise(words):
        _check_pair(before, after)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    tokens: list[tokenize.TokenInfo] = []
    try:
        tokens.extend(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else len(tokens) and tokens[-1].start[0] or 1
        raise code_error(
            min(line, text.count("\n") + 1),
            "the code ends within brackets or within a text, or its lines do not begin below each other.",
            "Expected a closing bracket for each one that opens.",
            "Close the bracket or the text.",
        ) from None
    return tokens


def _check(token: tokenize.TokenInfo) -> None:
    """Refuse a token that cannot be a part of an experiment's code, such as an operator."""
    line, word = token.start[0], token.string
    if token.type == tokenize.OP and word not in OPERATORS:
        raise code_error(line, f"{quoted(word)} computes something.", f"Expected {SHOWN}.", "Write the value itself.")
    if token.type == tokenize.NAME and keyword.iskeyword(word) and word not in (*VALUES, *IMPORTS):
        raise code_error(line, f"{quoted(word)} is a statement of Python.", f"Expected {SHOWN}.", "Remove it.")
    if token.type == tokenize.NUMBER and len(word) > LONGEST_NUMBER:
        raise code_error(
            line, f"a number has {len(word):,} characters.", f"Expected at most {LONGEST_NUMBER}.", "Shorten it."
        )
    if token.type == tokenize.STRING and word[0] not in "\"'":
        raise code_error(
            line, f"the text {quoted(word)} has a prefix.", "Expected plain quotes.", "Write the text in quotes."
        )
    if token.type == tokenize.ERRORTOKEN and word.strip():
        raise code_error(line, f"{quoted(word)} is no Python.", f"Expected {SHOWN}.", "Remove it.")
    if tokenize.tok_name[token.type].startswith("FSTRING"):
        raise code_error(line, "a text with a prefix stands there.", "Expected plain quotes.", "Write the text in quotes.")


def _check_pair(before: tokenize.TokenInfo, after: tokenize.TokenInfo) -> None:
    """Refuse two successive tokens that compute, or that chain calls such as f()()(), which make deep syntax trees."""
    line = after.start[0]
    if before.string in ")]" and after.string in ("(", "["):
        happened = "what a call gives is called or indexed: a network of branches cannot be edited as text."
        raise code_error(line, happened, "Expected the layers in keras.Sequential([...]).", "Build branches on Define.")
    if before.string == "-" and after.type != tokenize.NUMBER:
        raise code_error(
            line, "a minus stands before something else than a number.", "Expected a number.", "Write the value."
        )
    if before.string in ")]" and after.string == ".":
        raise code_error(line, "a method of what a call gives is named.", f"Expected {SHOWN}.", "Remove it.")
    if after.string == "-" and (before.type in (tokenize.NAME, tokenize.NUMBER) or before.string in ")]"):
        raise code_error(line, "something is computed.", f"Expected {SHOWN}.", "Write the value itself.")
