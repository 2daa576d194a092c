"""The parser of a deck's Markdown, which anybody may have written. The result is a deck, or all mistakes with their lines.

`docs/decks.md` describes the format. markdown-it-py finds headings and fenced blocks; `deck_yaml` reads their content,
`deck_blocks` makes parts of scenes, and `deck_words` checks the text between the blocks.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from core.checks.experiment_checks import check
from core.experiment.model import Experiment
from core.glossary.terms import DRAWINGS
from core.parameters import Choice, Integer
from core.problems import Problem, ProblemError, closest, did_you_mean, quoted
from core.teaching.deck import (
    INVENTORY,
    KINDS,
    SCENE_PAGES,
    Deck,
    Mark,
    Notes,
    Part,
    Prediction,
    Question,
    Result,
    Scene,
    Show,
    Task,
    Words,
)
from core.teaching.deck_files.computing_time import ComputingTime, TooMuchComputing
from core.teaching.deck_files.deck_blocks import BLOCKS
from core.teaching.deck_files.deck_experiments import changes_of, experiment_after_each_change
from core.teaching.deck_files.deck_fields import Fields
from core.teaching.deck_files.deck_shows import check_shows
from core.teaching.deck_files.deck_variants import check_variants, read_variants
from core.teaching.deck_files.deck_words import check_deck_words
from core.teaching.deck_files.deck_yaml import Node, read_yaml
from core.teaching.deck_problems import DeckProblem, mistake, unknown_name
from core.teaching.inventory_form import check_inventory

MAXIMUM_BYTES = 131_072  # the largest file; a lecture of 20 scenes with notes has 30,000 bytes
MAXIMUM_SCENES = 100
MAXIMUM_EXPERIMENTS = 50  # experiments in all variants together; the lab has 11
MAXIMUM_TOKENS = 20_000  # tokens of Markdown; the lecture has 300, and a table of a thousand empty columns 60,000
MOST_PROBLEMS = 100  # problems of a file that are reported; more problems seldom help
NOTES = "notes"
NAMES = (*BLOCKS, NOTES)
CODE = ("python", "py", "text", "json", "markdown", "console", "sh", "")  # languages of code blocks within the text
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")  # YAML reads the last three as line ends
ATTRIBUTES = re.compile(r"\{([^{}]*)\}\s*$")
MINUTES = re.compile(r"[1-9][0-9]?")
FENCE = re.compile(r"^ {0,3}(?:```|~~~)[ \t]*\w", re.MULTILINE)
FRONT = ("title", "kind", "sentence", "minutes", "variants", "drawing", "chapter", "can")
REQUIRED = FRONT[:4]
LONGEST_CAN = 100  # characters of `can`: two lines on a phone
DRAWN = Choice(tuple(DRAWINGS))
NO_FRONT = Node({}, 1)
LESS = "Open fewer experiments, or smaller networks; or divide it into several decks."

_BLOCKS_OF_MARKDOWN = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).disable("inline")


@dataclass(frozen=True)
class DeckReadResult:
    """The result of parsing a file: a deck, or the problems of the file."""

    deck: Deck | None  # None if there are problems
    problems: tuple[DeckProblem, ...]  # in the order of the file


def parse_deck(
    content: str | bytes, name: str, *, most_seconds: float = math.inf, checks_experiments: bool = True
) -> DeckReadResult:
    """Parse and check a deck.

    Parameters
    ----------
    content
        Markdown of at most MAXIMUM_BYTES; bytes are UTF-8, with or without a byte order mark.
    name
        The name of the deck, unique on a server.
    most_seconds
        The most computing time that the deck may take.
    checks_experiments
        Whether to check each experiment; False for a deck that was checked before.

    Returns
    -------
    DeckReadResult
        The deck, or every mistake that was found, but at most MOST_PROBLEMS of them.
    """
    problems: list[DeckProblem] = []
    text = _decoded(content, problems)
    left = ComputingTime(most_seconds)
    deck = None
    try:
        deck = None if text is None else _deck(text, name, left, problems)
        if deck is not None and not problems and checks_experiments:
            _check_experiments(deck, left, problems)
    except TooMuchComputing:
        happened = f"To check the deck takes more than {most_seconds:g} s of computing."
        problems.append(mistake(1, "deck-too-long", happened, "Expected less.", LESS))
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)[:MOST_PROBLEMS]
    return DeckReadResult(None if ordered else deck, tuple(ordered))


def _decoded(content: str | bytes, problems: list[DeckProblem]) -> str | None:
    """Decode a file as UTF-8 with line feeds as line ends. If this fails, report the mistake and return None."""
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


def _deck(text: str, name: str, left: ComputingTime, problems: list[DeckProblem]) -> Deck | None:
    tokens = _BLOCKS_OF_MARKDOWN.parse(text)
    if len(tokens) > MAXIMUM_TOKENS:
        happened = f"The file has {len(tokens):,} pieces of Markdown, such as paragraphs and cells."
        problems.append(mistake(1, "deck-too-long", happened, f"Expected at most {MAXIMUM_TOKENS:,}.", "Shorten it."))
        return None
    deck = _front(tokens, name, problems)
    scenes = tuple(_scenes(tokens, text.split("\n"), left, problems))
    if not 1 <= len(scenes) <= MAXIMUM_SCENES:
        happened, fix = f"The deck has {len(scenes)} scenes.", "Begin a scene by a line such as: # Look at the data"
        problems.append(mistake(1, "deck-scenes", happened, f"Expected 1 to {MAXIMUM_SCENES}.", fix))
    _check_ids(scenes, problems)
    deck = replace(deck, scenes=scenes)
    check_variants(deck, problems)
    for version in deck.versions:
        _check_answers(version.scenes, problems)
        check_shows(version, problems)
        _check_results(version.scenes, problems)
        _check_minutes(version, problems)
    if deck.kind == INVENTORY:
        check_inventory(deck, problems)
    return deck


def _front(tokens: list[Token], name: str, problems: list[DeckProblem]) -> Deck:
    """Return the deck without its scenes, read from the front matter of the file."""
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
    chapter = fields.text("chapter", longest=30)
    return Deck(name, title, kind, sentence, minutes, (), read_variants(fields), drawing, chapter, _can(fields))


def _can(fields: Fields) -> str:
    """Return the field `can`: the ability that the deck teaches, as the end of a sentence that begins with "You can"."""
    node = fields.node("can")
    text = "" if node is None else fields.text_of(node, "can", LONGEST_CAN)
    if node is not None and text and not (text[0].islower() and text.endswith(".")):
        fix = "Write can: compute the number of parameters of a Dense layer."
        expected = 'Expected the end of a sentence that begins with "You can": a small letter first, a full stop last.'
        fields.report(node.line, f"can of the deck is {quoted(text)}.", expected, fix)
    return text


def _scenes(tokens: list[Token], lines: list[str], left: ComputingTime, problems: list[DeckProblem]) -> Iterator[Scene]:
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
        title, page, variant, minutes = _heading(heading, line, problems)
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "scene"
        ids[base] += 1
        scene_id = base if ids[base] == 1 else f"{base}-{ids[base]}"
        parts = tuple(_parts(tokens[start + 3 : end], lines, left, problems))
        yield Scene(scene_id, title, page, parts, line, variant, minutes)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _heading(text: str, line: int, problems: list[DeckProblem]) -> tuple[str, str, str, int]:
    """Parse the heading of a scene into its title, page, variant and minutes."""
    attributes = ATTRIBUTES.search(text)
    given = {"page": "", "variant": "", "minutes": "0"}
    title = text[: attributes.start()].strip() if attributes else text.strip()
    for attribute in attributes[1].split() if attributes else ():
        key, _, value = attribute.partition("=")
        if key not in given:
            problems.append(unknown_name(line, "a word in the braces of a heading", key, tuple(given)))
        elif key == "page" and value not in SCENE_PAGES:
            problems.append(unknown_name(line, "the page of a scene", value, SCENE_PAGES))
        elif key == "minutes" and not MINUTES.fullmatch(value):
            happened = f"The minutes of a scene are {quoted(value)}."
            problems.append(mistake(line, "deck-minutes", happened, "Expected 1 to 99.", "Write minutes=3."))
            value = "0"
        given[key] = value
    if not title or len(title) > 80:
        happened = f"The heading of a scene has {len(title)} characters."
        problems.append(mistake(line, "deck-heading", happened, "Expected 1 to 80.", "Write a short heading behind the #."))
    check_deck_words(title, line, problems)
    return title, given["page"], given["variant"], int(given["minutes"])


def _parts(tokens: list[Token], lines: list[str], left: ComputingTime, problems: list[DeckProblem]) -> Iterator[Part]:
    """Yield the parts of a scene. The text between two blocks is a single part."""
    first = last = -1  # the lines of text that was not yielded yet
    for token in tokens:
        left.check()
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
    check_deck_words(text, first + 1, problems)
    return Words(text, first + 1)


def _is_block(token: Token, problems: list[DeckProblem]) -> bool:
    """Return whether a fenced block is a part of the deck, such as a task, and not an example of code in the text."""
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
        check_deck_words(token.content, line + 1, problems)
        return Notes(token.content.rstrip(), line + 1)
    node = read_yaml(token.content, line + 1, problems)
    return None if node is None else BLOCKS[name](node, problems)


def _check_ids(scenes: tuple[Scene, ...], problems: list[DeckProblem]) -> None:
    """Report duplicate ids, since answers are stored by id."""
    seen: dict[str, int] = {}
    for part in (part for scene in scenes for part in scene.parts):
        if not isinstance(part, Prediction | Task | Question | Mark | Show) or not part.id:
            continue
        if part.id in seen:
            happened = f"The id {quoted(part.id)} stands twice; it stands in the block of line {seen[part.id]} too."
            problems.append(mistake(part.line, "deck-id-twice", happened, "Expected each id once.", "Change one of them."))
        seen.setdefault(part.id, part.line)


def _check_answers(scenes: tuple[Scene, ...], problems: list[DeckProblem]) -> None:
    """Report checks of an answer whose question is not in the deck."""
    parts = [part for scene in scenes for part in scene.parts]
    by_id = {part.id: part for part in parts if isinstance(part, Prediction | Question | Mark)}
    for call in (call for part in parts if isinstance(part, Task) for call in part.checks):
        named = (call.arguments.get("answer"), *call.arguments.get("answers", ()))
        for name in named:
            if name is not None and name not in by_id:
                problems.append(unknown_name(call.line, "a question that a check asks about", name, tuple(by_id)))


def _check_results(scenes: tuple[Scene, ...], problems: list[DeckProblem]) -> None:
    """Report `result` blocks that name a prediction that no earlier block defines."""
    guessed: list[str] = []
    for part in (part for scene in scenes for part in scene.parts):
        if isinstance(part, Prediction):
            guessed.append(part.id)
        elif isinstance(part, Result) and part.of and part.of not in guessed:
            happened = f"No guess {quoted(part.of)} stands before its result."
            expected = did_you_mean(part.of, tuple(guessed)) if guessed else "Expected the guess in an earlier scene."
            fix = "Move the result behind its guess, or correct the name."
            problems.append(mistake(part.line, "deck-unknown-name", happened, expected, fix))


def _check_minutes(deck: Deck, problems: list[DeckProblem]) -> None:
    """Report scenes that lack minutes although others have minutes, and a sum that is not the deck's minutes."""
    several = [scene.minutes for scene in deck.scenes]
    if not any(several):
        return
    for scene in (scene for scene in deck.scenes if not scene.minutes):
        happened = f"The scene {quoted(scene.title)} does not say how long it takes."
        expected = "Expected minutes, as of the other scenes."
        problems.append(mistake(scene.line, "deck-minutes", happened, expected, "Add {minutes=2} behind its title."))
    if all(several) and sum(several) != deck.minutes:
        happened = f"The scenes take {sum(several)} minutes together, the deck {deck.minutes}."
        problems.append(mistake(1, "deck-minutes", happened, "Expected the same number.", f"Write minutes: {sum(several)}."))


def _check_experiments(deck: Deck, left: ComputingTime, problems: list[DeckProblem]) -> None:
    """Report experiments that cannot be trained, unless a task is to repair them. The checks work without Keras."""
    changes = [change for scene in deck.scenes for change in changes_of(scene)]
    if len(changes) > MAXIMUM_EXPERIMENTS:
        happened, fix = f"The deck opens or shows {len(changes)} experiments.", "Divide it into several decks."
        beyond = changes[MAXIMUM_EXPERIMENTS].line
        problems.append(mistake(beyond, "deck-experiments", happened, f"Expected at most {MAXIMUM_EXPERIMENTS}.", fix))
        return
    known: set[Problem] = set()  # a change keeps earlier problems
    checked: dict[Experiment, set[Problem]] = {}  # variants share most experiments
    try:
        for change, experiment in (pair for version in deck.versions for pair in experiment_after_each_change(version)):
            left.check()
            if experiment not in checked:
                checked[experiment] = {problem for problem in check(experiment) if problem.blocks}
            wrong = checked[experiment]
            problems += [DeckProblem(change.line, problem) for problem in wrong - known if not change.needs_repair]
            known |= wrong
    except ProblemError as error:
        problems.append(DeckProblem(1, error.problem))
