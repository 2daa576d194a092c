"""The variants of a deck: their names at the top of the file, and the scenes and blocks that belong to a single variant."""

from core.teaching.deck import Deck
from core.teaching.deck_files.deck_fields import ID, Fields
from core.teaching.deck_problems import DeckProblem, mistake, unknown_name

FIELD = "variants"
MOST_VARIANTS = 4  # more groups of a class are too small to compare
EXAMPLE = "Write variants: [predict-first, watch-first]"


def read_variants(fields: Fields) -> tuple[str, ...]:
    """Return the names of a deck's variants, the default first. If there are no variants, return an empty tuple.

    Parameters
    ----------
    fields
        The fields at the top of the file.
    """
    nodes = fields.items(FIELD, fewest=2) if fields.has(FIELD) else ()
    names = tuple(node.text for node in nodes)
    wrong = next((node for node in nodes if not ID.fullmatch(node.text)), None)
    if wrong is not None:
        expected = "Expected 1 to 40 small letters, digits and hyphens."
        fields.report(wrong.line, f"A variant of the deck is {wrong.plain!r}.", expected, "Correct its name.")
    elif len(set(names)) < len(names) or len(names) > MOST_VARIANTS:
        happened = f"variants of the deck are {', '.join(names)}."
        fields.report(nodes[0].line, happened, f"Expected 2 to {MOST_VARIANTS} different names.", f"{EXAMPLE}.")
    return names


def check_variants(deck: Deck, problems: list[DeckProblem]) -> None:
    """Report scenes and blocks of a variant that the front matter does not list, and variants without a scene."""
    for scene in deck.scenes:
        for part in (scene, *scene.parts):
            named = getattr(part, "variant", "")
            if named and not deck.variants:
                happened = f"The variant {named} stands in a deck that names no variants."
                problems.append(mistake(part.line, "deck-variant", happened, "Expected them at the top.", f"{EXAMPLE}."))
            elif named and named not in deck.variants:
                problems.append(unknown_name(part.line, "a variant", named, deck.variants))
    for name, version in zip(deck.variants, deck.versions, strict=False):
        if deck.scenes and not version.scenes:
            happened = f"The variant {name} has no scene."
            fix = "Take the variant out of the braces of a heading."
            problems.append(mistake(1, "deck-variant", happened, "Expected one at least.", fix))
