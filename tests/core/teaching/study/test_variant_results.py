"""What who presents sees of the variants of a lesson: the questions that all ask, and the gain of each group."""

from core.teaching import library
from core.teaching.deck import Question
from core.teaching.deck_files.parse_deck import parse_deck
from core.teaching.progress import QUESTION, Answer
from core.teaching.study.gain import pre_post_pairs
from core.teaching.study.variant_results import shared_questions, variant_results
from tests.core.teaching.sample_deck import TEXT
from tests.core.teaching.study.inventory_answers import learner

LESSON = library.find_deck("lesson-06-loss")
BY_SCENE = TEXT.replace("minutes: 6", "minutes: 6\nvariants: [first, second]").replace("# Do", "# Do {variant=second}")


def test_groups_are_compared_by_first_tries_and_by_gain() -> None:
    assert LESSON is not None
    learners, assigned = {}, {}
    for number in range(12):
        who, places, answers = learner(8, 16 if number % 2 else 12)
        first = Answer(LESSON.name, "two", QUESTION, "0.69", float(number % 2), 5.0)
        second = Answer(LESSON.name, "two", QUESTION, "0.69", 1.0, 6.0)
        learners[str(number)] = (who, places, (*answers, first, second))
        assigned[str(number)] = LESSON.variants[number % 2]
    pairs = pre_post_pairs(learners, dict.fromkeys(learners, "inventory-a"))
    predict, watch = variant_results(LESSON, assigned, learners, pairs, without={"0"})
    assert (predict.variant, predict.learners, watch.learners) == ("predict-first", 5, 6)
    questions = [question.ask for question in shared_questions(LESSON)]
    assert [one.ask for one in watch.questions] == questions and len(questions) == 2
    assert (predict.questions[0].right, predict.questions[0].answered) == (0, 5)
    assert (watch.questions[0].right, watch.questions[0].answered) == (6, 6)
    assert predict.gain is not None and watch.gain is not None
    assert (predict.gain.gain, watch.gain.gain) == (4 / 17, 8 / 17)


def test_scene_belongs_to_one_variant() -> None:
    deck = parse_deck(BY_SCENE, "epochs").deck
    assert deck is not None
    assert [[scene.title for scene in version.scenes] for version in deck.versions] == [["Think"], ["Think", "Do"]]
    assert deck.in_variant("unknown") == deck.versions[0]
    assert all(isinstance(question, Question) for question in shared_questions(deck))


def test_mistakes_of_variants_are_named() -> None:
    def said(text: str) -> str:
        return " ".join(map(str, parse_deck(text, "epochs").problems))

    assert said(BY_SCENE) == ""
    assert "which is unknown" in said(BY_SCENE.replace("variant=second", "variant=secnd"))
    assert "in a deck that names no variants" in said(TEXT.replace("# Do", "# Do {variant=second}"))
    assert "Expected a list of 2" in said(BY_SCENE.replace("[first, second]", "[first]"))
    assert "different names" in said(BY_SCENE.replace("[first, second]", "[first, first]"))
    assert "small letters" in said(BY_SCENE.replace("[first, second]", "[first, Second one]"))
    assert "The variant first has no scene." in said(BY_SCENE.replace("# Think", "# Think {variant=second}"))
    asks = BY_SCENE.replace("checks: [{epochs: {equal: 10}}]", "checks: [{answered: {answers: [epoch]}}]")
    assert said(asks) == ""
    only_first = asks.replace("id: epoch\n", "id: epoch\nvariant: first\n")
    assert "a question that a check asks about" in said(only_first).lower()
