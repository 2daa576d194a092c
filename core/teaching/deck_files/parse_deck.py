"""Read a deck from Markdown that anyone may have written: a deck, or every mistake of the file with its line.

`docs/decks.md` describes the format. markdown-it-py finds headings and fenced blocks; `deck_yaml` reads what blocks hold,
`deck_blocks` makes parts of it, and `deck_words` looks at the words between.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from core.checks.run import check
from core.glossary.terms import DRAWINGS
from core.parameters import Choice, Integer
from core.problems import Problem, ProblemError, closest, quoted
from core.teaching.deck import INVENTORY, KINDS, Deck, Mark, Notes, Part, Prediction, Question, Scene, Task, Words
from core.teaching.deck_files.deck_blocks import BLOCKS
from core.teaching.deck_files.deck_experiments import experiments_of
from core.teaching.deck_files.deck_fields import Fields
from core.teaching.deck_files.deck_variants import check_variants, read_variants
from core.teaching.deck_files.deck_words import check_words
from core.teaching.deck_files.deck_yaml import Node, read_yaml
from core.teaching.deck_problems import DeckProblem, mistake, unknown_name
from core.teaching.inventory_form import check_inventory
from core.teaching.scene_pages import SCENE_PAGES

MAXIMUM_BYTES = 131_072  # a lecture of 20 scenes with notes takes 30,000
MAXIMUM_SCENES = 100
MAXIMUM_TOKENS = 20_000  # of Markdown; the lecture has 300, and a table of a thousand empty columns 60,000
MOST_PROBLEMS = 100  # of one file; more of them seldom help
NOTES = "notes"
NAMES = (*BLOCKS, NOTES)
CODE = ("python", "py", "text", "json", "markdown", "console", "sh", "")  # languages of code that stands among the words
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")  # YAML takes the last three for ends of lines
ATTRIBUTES = re.compile(r"\{([^{}]*)\}\s*$")
FENCE = re.compile(r"^ {0,3}(?:```|~~~)[ \t]*\w", re.MULTILINE)
FRONT = ("title", "kind", "sentence", "minutes", "variants", "drawing")
REQUIRED = FRONT[:4]
DRAWN = Choice(tuple(DRAWINGS))
NO_FRONT = Node({}, 1)

_BLOCKS_OF_MARKDOWN = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).disable("inline")


@dataclass(frozen=True)
class ReadDeck:
    """What came of reading a file: a deck, or problems."""

    deck: Deck | None  # None where there are problems
    problems: tuple[DeckProblem, ...]  # in the order of the file


def parse_deck(content: str | bytes, name: str) -> ReadDeck:
    """Read a deck.

    Parameters
    ----------
    content
        Markdown of at most MAXIMUM_BYTES; bytes are UTF-8, with or without a byte order mark.
    name
        The name of the deck, unique on a server.

    Returns
    -------
    ReadDeck
        The deck; or every mistake that was found, at most MOST_PROBLEMS of them.
    """
    problems: list[DeckProblem] = []
    text = _decoded(content, problems)
    deck = None if text is None else _deck(text, name, problems)
    if deck is not None and not problems:
        _check_experiments(deck, problems)
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)[:MOST_PROBLEMS]
    return ReadDeck(None if ordered else deck, tuple(ordered))


def _decoded(content: str | bytes, problems: list[DeckProblem]) -> str | None:
    """The text of a file, with line feeds at the ends of lines; None if it is none."""
    expected, fix = f"Expected UTF-8 text of at most {MAXIMUM_BYTES:,} bytes.", "Save the file as UTF-8 text."
    if len(content) > MAXIMUM_BYTES:
        happened = f"The file has {len(content):,} bytes."
        problems.append(mistake(1, "deck-too-long", happened, expected, "Divide it into several decks."))
        return None
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content.encode("utf-8").decode("utf-8")
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = content[:start].count(b"\n" if isinstance(content, bytes) else "\n") + 1  # type: ignore[arg-type]
        problems.append(
            mistake(line, "deck-no-text", f"The file is not UTF-8 text: byte {start} cannot be read.", expected, fix)
        )
        return None
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if control := CONTROL.search(text):
        happened = f"The control character {control.group()!r} stands in the file."
        problems.append(mistake(text.count("\n", 0, control.start()) + 1, "deck-no-text", happened, expected, fix))
        return None
    if not text.strip():
        problems.append(
            mistake(1, "deck-empty", "The file is empty.", "Expected a deck.", "Begin with the example in docs/decks.md.")
        )
        return None
    return text


def _deck(text: str, name: str, problems: list[DeckProblem]) -> Deck | None:
    tokens = _BLOCKS_OF_MARKDOWN.parse(text)
    if len(tokens) > MAXIMUM_TOKENS:
        happened = f"The file has {len(tokens):,} pieces of Markdown, such as paragraphs and cells."
        problems.append(mistake(1, "deck-too-long", happened, f"Expected at most {MAXIMUM_TOKENS:,}.", "Shorten it."))
        return None
    deck = _front(tokens, name, problems)
    scenes = tuple(_scenes(tokens, text.split("\n"), problems))
    if not 1 <= len(scenes) <= MAXIMUM_SCENES:
        happened, fix = f"The deck has {len(scenes)} scenes.", "Begin a scene by a line such as: # Look at the data"
        problems.append(mistake(1, "deck-scenes", happened, f"Expected 1 to {MAXIMUM_SCENES}.", fix))
    _check_ids(scenes, problems)
    deck = replace(deck, scenes=scenes)
    check_variants(deck, problems)
    for version in deck.versions:
        _check_answers(version.scenes, problems)
    if deck.kind == INVENTORY:
        check_inventory(deck, problems)
    return deck


def _front(tokens: list[Token], name: str, problems: list[DeckProblem]) -> Deck:
    """The deck without its scenes, as the fields at the top of the file say."""
    if not tokens or tokens[0].type != "front_matter":
        is_open = bool(tokens) and tokens[0].type == "hr"
        happened = "The fields at the top do not end." if is_open else "The deck does not say what it is."
        expected = f"Expected the fields {', '.join(REQUIRED)} between two lines of three hyphens, at the top."
        fix = (
            "Add a line of three hyphens after the fields."
            if is_open
            else "Begin the file with three hyphens and the fields."
        )
        problems.append(mistake(1, "deck-front", happened, expected, fix))
        return Deck(name, "", "", "", 0, ())
    node = read_yaml(tokens[0].content, 2, problems)
    if node is None:
        return Deck(name, "", "", "", 0, ())
    fields = Fields(node, "the deck", FRONT, problems)
    title, kind = fields.text("title", "The first network", 80), fields.value("kind", Choice(KINDS), "", "lesson")
    sentence = fields.text("sentence", "what somebody learns", 200)
    minutes, drawing = fields.value("minutes", Integer(1, 600), 0, "8"), fields.value("drawing", DRAWN, "")
    return Deck(name, title, kind, sentence, minutes, (), read_variants(fields), drawing)


def _scenes(tokens: list[Token], lines: list[str], problems: list[DeckProblem]) -> Iterator[Scene]:
    starts = [index for index, token in enumerate(tokens) if token.tag == "h1" and token.nesting == 1 and token.level == 0]
    for token in tokens[: starts[0] if starts else len(tokens)]:
        if token.map and token.type not in ("front_matter", "hr"):
            fix = "Write a heading such as # Look at the data above it."
            happened = f"{quoted(lines[token.map[0]].strip())} stands before the first scene."
            problems.append(mistake(token.map[0] + 1, "deck-no-scene", happened, "Expected a heading.", fix))
            break
    ids: Counter[str] = Counter()
    for start, end in pairwise([*starts, len(tokens)]):
        heading, line = tokens[start + 1].content, _line(tokens[start])
        title, page, variant = _heading(heading, line, problems)
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "scene"
        ids[base] += 1
        scene_id = base if ids[base] == 1 else f"{base}-{ids[base]}"
        yield Scene(scene_id, title, page, tuple(_parts(tokens[start + 3 : end], lines, problems)), line, variant)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _heading(text: str, line: int, problems: list[DeckProblem]) -> tuple[str, str, str]:
    """The title of a scene, its page, and the variant that alone has it."""
    found = ATTRIBUTES.search(text)
    given = {"page": "", "variant": ""}
    title = text[: found.start()].strip() if found else text.strip()
    for attribute in found[1].split() if found else ():
        key, _, value = attribute.partition("=")
        if key not in given:
            problems.append(unknown_name(line, "a word in the braces of a heading", key, tuple(given)))
        elif key == "page" and value not in SCENE_PAGES:
            problems.append(unknown_name(line, "the page of a scene", value, SCENE_PAGES))
        given[key] = value
    if not title or len(title) > 80:
        happened = f"The heading of a scene has {len(title)} characters."
        problems.append(mistake(line, "deck-heading", happened, "Expected 1 to 80.", "Write a short heading behind the #."))
    check_words(title, line, problems)
    return title, given["page"], given["variant"]


def _parts(tokens: list[Token], lines: list[str], problems: list[DeckProblem]) -> Iterator[Part]:
    """The parts of a scene; neighbouring words are one part."""
    first = last = -1  # lines of words that were not given yet
    for token in tokens:
        is_block = token.type == "fence" and _is_block(token, problems)
        if is_block and first >= 0:
            yield _words(lines, first, last, problems)
            first = -1
        if is_block:
            part = _block(token, lines, problems)
            if part is not None:
                yield part
        elif token.map and token.level == 0:
            first, last = token.map[0] if first < 0 else first, max(last, token.map[1])
    if first >= 0:
        yield _words(lines, first, last, problems)


def _words(lines: list[str], first: int, last: int, problems: list[DeckProblem]) -> Words:
    text = "\n".join(lines[first:last]).rstrip()
    check_words(text, first + 1, problems)
    return Words(text, first + 1)


def _is_block(token: Token, problems: list[DeckProblem]) -> bool:
    """Whether a fence is a block of a deck, and not code among the words."""
    name = token.info.strip()
    if name in NAMES and token.level > 0:
        fix = "Begin the fence at the beginning of its line, without > or - before it."
        happened = f"The block {name} stands within a list or a quotation."
        problems.append(mistake(_line(token), "deck-nested", happened, "Expected it on its own.", fix))
    elif name not in NAMES and (name not in CODE or closest(name, NAMES)):
        problems.append(unknown_name(_line(token), "a block", name, (*NAMES, *CODE[:-1])))
    elif name not in NAMES and FENCE.search(token.content):
        happened = "Another block begins within code."
        problems.append(
            mistake(
                _line(token),
                "deck-fence",
                happened,
                "Expected a line of ``` before it.",
                "Close the code, or name the block.",
            )
        )
    return name in NAMES and token.level == 0


def _block(token: Token, lines: list[str], problems: list[DeckProblem]) -> Part | None:
    name, line = token.info.strip(), _line(token)
    end = token.map[1] if token.map else line
    inner = FENCE.search(token.content)
    if inner or lines[end - 1].strip() != token.markup or end == line:
        where = f" before line {line + 1 + token.content.count(chr(10), 0, inner.start())}" if inner else ""
        happened = f"The block {name} is not closed{where}."
        fix = f"Add a line {token.markup} at its end."
        problems.append(mistake(line, "deck-fence", happened, f"Expected a line {token.markup} after it.", fix))
        return None
    if name == NOTES:
        check_words(token.content, line + 1, problems)
        return Notes(token.content.rstrip(), line + 1)
    node = read_yaml(token.content, line + 1, problems)
    return None if node is None else BLOCKS[name](node, problems)


def _check_ids(scenes: tuple[Scene, ...], problems: list[DeckProblem]) -> None:
    """Answers are kept by the ids of what was asked: each is there once."""
    seen: dict[str, int] = {}
    for part in (part for scene in scenes for part in scene.parts):
        if not isinstance(part, Prediction | Task | Question | Mark) or not part.id:
            continue
        if part.id in seen:
            happened = f"The id {quoted(part.id)} stands twice; it stands in the block of line {seen[part.id]} too."
            problems.append(mistake(part.line, "deck-id-twice", happened, "Expected each id once.", "Change one of them."))
        seen.setdefault(part.id, part.line)


def _check_answers(scenes: tuple[Scene, ...], problems: list[DeckProblem]) -> None:
    """What checks say of answers is of questions that the deck asks."""
    parts = [part for scene in scenes for part in scene.parts]
    asked = {part.id: part for part in parts if isinstance(part, Prediction | Question | Mark)}
    for call in (call for part in parts if isinstance(part, Task) for call in part.checks):
        named = (call.arguments.get("answer"), *call.arguments.get("answers", ()))
        for name in named:
            if name is not None and name not in asked:
                problems.append(unknown_name(call.line, "a question that a check asks about", name, tuple(asked)))


def _check_experiments(deck: Deck, problems: list[DeckProblem]) -> None:
    """Every experiment can be trained, as far as it is known without Keras, unless the visitor is to repair it."""
    known: set[Problem] = set()  # a change keeps what was wrong before it
    try:
        for change, experiment in (pair for version in deck.versions for pair in experiments_of(version)):
            wrong = {problem for problem in check(experiment) if problem.blocks}
            problems += [DeckProblem(change.line, problem) for problem in wrong - known if not change.needs_repair]
            known |= wrong
    except ProblemError as error:
        problems.append(DeckProblem(1, error.problem))
