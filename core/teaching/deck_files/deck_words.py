"""The check of the texts of a deck: Markdown without HTML and images, and with links to https only.

People who open a deck trust the page, although anybody may have written the deck.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.problems import quoted
from core.teaching.deck_problems import DeckProblem, mistake

HTTPS = "https://"
LONGEST_WORDS = 20_000  # characters of a part; Markdown of brackets alone takes 0.4 s for as many
# Streamlit makes links of addresses without brackets as well, unless an ASCII letter stands before them. The lengths are
# bounded, so that no text takes long.
BARE_ADDRESS = re.compile(
    r"(?<![a-z])(?:http://|ftp://|www\.)\S{1,60}|\b(?:javascript|vbscript|data|file):\S{1,60}|[\w.+-]{1,60}@[\w-]{1,60}\.\w",
    re.IGNORECASE,
)


class _EveryLink(MarkdownIt):
    """A Markdown parser that accepts unsafe links, such as javascript:, so that the check can report these links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


_MARKDOWN = _EveryLink("commonmark").enable("table").enable("strikethrough")


def check_deck_words(text: str, line: int, problems: list[DeckProblem]) -> None:
    """Report HTML, images and unsafe links in a text of a deck.

    Parameters
    ----------
    text
        The text, as Markdown.
    line
        The line of the file at which the text begins.
    problems
        The list to which problems are added.
    """
    if len(text) > LONGEST_WORDS:
        happened = f"The words have {len(text):,} characters."
        fix = "Divide them among several scenes."
        problems.append(mistake(line, "deck-too-long", happened, f"Expected at most {LONGEST_WORDS:,}.", fix))
        return
    inner = 0  # the line of the block that holds a token
    for token in _MARKDOWN.parse(text):
        inner = token.map[0] if token.map else inner
        for part in (token, *(token.children or ())):
            problem = _fault(part, line + inner)
            if problem is not None:
                problems.append(problem)


def _fault(token: Token, line: int) -> DeckProblem | None:
    if token.type in ("html_block", "html_inline"):
        happened = f"HTML stands in the words: {quoted(token.content.strip())}."
        fix = "Write Markdown; put code such as `<b>` between backticks."
        return mistake(line, "deck-html", happened, "Expected words without HTML.", fix)
    if token.type == "image":
        happened = f"A picture stands in the words: {quoted(str(token.attrs.get('src', '')))}."
        return mistake(
            line, "deck-image", happened, "Expected words without pictures.", "Say it in words, or link to it by https."
        )
    if token.type == "link_open":
        target = str(token.attrs.get("href", ""))
        if not target.startswith(HTTPS):
            return _wrong_link(line, target)
    if token.type == "text" and (bare := BARE_ADDRESS.search(token.content)):
        return _wrong_link(line, bare.group())
    return None


def _wrong_link(line: int, target: str) -> DeckProblem:
    happened = f"A link leads to {quoted(target)}."
    fix = f"Begin the address with {HTTPS}, or write it between backticks."
    return mistake(line, "deck-link", happened, f"Expected links that begin with {HTTPS}.", fix)
