"""Commands of the builder: a browser's commands change a network, and impossible commands are refused."""

import pytest

from core.catalogue.layers import LAYERS
from core.checks.experiment_checks import check
from core.experiment.builder_commands import MERGES, Duplicate, decode_command, first_new_layer, run_command
from core.experiment.edits import find_layer
from core.experiment.graph import dead_ends, inputs_of
from core.experiment.model import INPUT, MAXIMUM_LAYERS, Experiment
from core.experiment.ready_blocks import READY_BLOCKS
from core.experiment.serialization import dumps, loads
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, OUTPUT, RESIDUAL, layer, net, stack

PLAIN = stack(FLATTEN, layer("Dropout"), OUTPUT)  # layer-1, layer-2, layer-3


def done(experiment: Experiment, do: str, **told: object) -> Experiment:
    """The experiment after a command, which can be stored and read again."""
    changed = run_command(experiment, decode_command({"do": do, **told}))
    assert loads(dumps(changed)) == changed
    return changed


def names(experiment: Experiment) -> list[str]:
    return [one.name for one in experiment.layers]


def test_add_before_after_and_at_the_end() -> None:
    assert names(done(PLAIN, "add", name="Rescaling", before="layer-1"))[0] == "Rescaling"
    assert names(done(PLAIN, "add", name="Rescaling", after="layer-1"))[1] == "Rescaling"
    assert names(done(PLAIN, "add", name="Rescaling", before=None))[3] == "Rescaling"


@pytest.mark.parametrize(
    ("before", "order"),
    [
        ("layer-1", ["layer-1", "layer-2", "layer-3"]),
        ("layer-2", ["layer-1", "layer-2", "layer-3"]),
        ("layer-3", ["layer-2", "layer-1", "layer-3"]),
        (None, ["layer-2", "layer-3", "layer-1"]),
    ],
)
def test_a_layer_is_moved_before_another_one(before: str | None, order: list[str]) -> None:
    assert [one.id for one in done(PLAIN, "move", layer="layer-1", before=before).layers] == order


def test_a_layer_is_moved_up() -> None:
    order = [one.id for one in done(PLAIN, "move", layer="layer-3", before="layer-1").layers]
    assert order == ["layer-3", "layer-1", "layer-2"]
    assert order == [one.id for one in done(done_up(PLAIN), "shift", layer="layer-3", places=-1).layers]


def done_up(experiment: Experiment) -> Experiment:
    return done(experiment, "shift", layer="layer-3", places=-1)


def test_copies_stand_in_a_row() -> None:
    assert names(done(PLAIN, "duplicate", layer="layer-2", times=3)) == ["Flatten", *["Dropout"] * 4, "Dense"]


def test_a_branch_leaves_the_others_as_they_were() -> None:
    changed = done(PLAIN, "branch", layer="layer-1", name="Activation")
    branch = first_new_layer(PLAIN, changed)
    assert branch is not None
    assert inputs_of(changed) == {**inputs_of(PLAIN), branch: ("layer-1",)}
    changed = done(PLAIN, "branch", layer=INPUT, name="Activation")
    assert inputs_of(changed) == {**inputs_of(PLAIN), first_new_layer(PLAIN, changed): (INPUT,)}


def test_a_merge_stands_after_the_later_one_and_replaces_it_as_an_input() -> None:
    changed = done(PLAIN, "merge", **{"layer": "layer-1", "with": "layer-2", "name": "Concatenate"})
    merge = first_new_layer(PLAIN, changed)
    assert merge is not None
    assert find_layer(changed, merge).name == "Concatenate"
    assert inputs_of(changed) == {
        "layer-1": (INPUT,),
        "layer-2": ("layer-1",),
        merge: ("layer-1", "layer-2"),
        "layer-3": (merge,),
    }


def test_joining_adds_an_input_to_a_layer_that_takes_several() -> None:
    changed = done(RESIDUAL, "join", **{"layer": "add", "from": INPUT})
    assert find_layer(changed, "add").inputs == ("conv-1", "conv-2", INPUT)


def test_joining_puts_a_merge_before_a_layer_that_takes_one() -> None:
    changed = done(PLAIN, "join", **{"layer": "layer-3", "from": "layer-1"})
    merge = first_new_layer(PLAIN, changed)
    assert merge is not None
    assert find_layer(changed, merge).name == MERGES[0]
    assert inputs_of(changed)[merge] == ("layer-2", "layer-1")
    assert inputs_of(changed)["layer-3"] == (merge,)


def test_layers_are_folded_into_a_block_and_taken_out() -> None:
    folded = done(PLAIN, "fold", layers=["layer-1", "layer-2"], name="  front \n" + "x" * 60)
    assert [one.block for one in folded.layers] == [("front " + "x" * 60)[:40].strip()] * 2 + [""]
    assert done(folded, "fold", layers=["layer-1", "layer-2"], name="") == PLAIN


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "add",
        {},
        {"do": ["add"]},
        {"do": "add"},
        {"do": "add", "name": "NoLayer"},
        {"do": "add", "name": ["Dense"]},
        {"do": "add", "name": "Dense", "before": "gone"},
        {"do": "add", "name": "Dense", "after": 3},
        {"do": "move", "layer": "layer-1", "before": "gone"},
        {"do": "move", "layer": None, "before": None},
        {"do": "shift", "layer": "layer-1", "places": 10**9},
        {"do": "shift", "layer": "layer-1", "places": "1"},
        {"do": "duplicate", "layer": "layer-1", "times": 10**9},
        {"do": "duplicate", "layer": "layer-1", "times": True},
        {"do": "remove", "layer": INPUT},
        {"do": "branch", "layer": "gone", "name": "Dense"},
        {"do": "merge", "layer": "layer-1", "with": "layer-1"},
        {"do": "merge", "layer": "layer-1", "with": None},
        {"do": "join", "layer": "layer-1", "from": "layer-1"},
        {"do": "join", "layer": "layer-1", "from": INPUT},
        {"do": "join", "layer": INPUT, "from": "layer-1"},
        {"do": "fold", "layers": "layer-1", "name": "block"},
        {"do": "fold", "layers": ["layer-1"], "name": 3},
        {"do": "fold", "layers": [{}], "name": "block"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(told: object) -> None:
    with pytest.raises((KeyError, ValueError)):
        run_command(PLAIN, decode_command(told))


def test_a_network_does_not_grow_beyond_what_can_be_kept() -> None:
    large = PLAIN
    with pytest.raises(ValueError, match=str(MAXIMUM_LAYERS)):
        for _ in range(MAXIMUM_LAYERS):
            large = run_command(large, Duplicate("layer-2", 50))


@pytest.mark.parametrize("name", READY_BLOCKS)
@pytest.mark.parametrize("place", [{"before": "flat"}, {"after": "conv"}, {}])
def test_a_ready_block_is_added_joined_and_folded_in_one_go(name: str, place: dict) -> None:
    start = net(("conv", "Conv2D", {"filters": 4, "kernel_size": 3}), ("flat", "Flatten"), ("out", "Dense", {"units": 10}))
    changed = done(start, "add", name=name, **place)
    new = [one for one in changed.layers if one.block == name]
    assert len(new) == len(READY_BLOCKS[name].layers) == len(changed.layers) - len(start.layers)
    assert not dead_ends(changed)
    if not place:
        return
    assert inputs_of(changed)["flat"] == (new[-1].id,)
    assert inputs_of(changed)[new[0].id] == ("conv",)
    summary = summarise(changed)
    assert not summary.refused
    assert summary.row("flat").output_shape[-1] == 6 * 6 * summary.row(new[-1].id).output_shape[-1]
    again = done(changed, "add", name=name, before="flat")
    assert {one.block for one in again.layers} == {"", name, f"{name} 2"}
    assert not [one for one in check(again) if one.blocks]


def test_a_ready_block_before_a_merge_comes_into_the_branch_above_it() -> None:
    changed = done(RESIDUAL, "add", name="Residual block", before="add")
    last = [one for one in changed.layers if one.block][-1]
    assert find_layer(changed, "add").inputs == ("conv-1", last.id)
    assert summarise(changed).refused == "add"  # the block gives 32 channels, which the page then says


def test_any_number_of_layers_is_merged() -> None:
    changed = done(PLAIN, "merge", **{"layer": "layer-1", "with": ["layer-2", INPUT], "name": "Concatenate"})
    merge = first_new_layer(PLAIN, changed)
    assert merge is not None and inputs_of(changed)[merge] == ("layer-1", "layer-2", INPUT)
    for wrong in ([], ["layer-1"], ["layer-2", "layer-2"], ["gone"], {}):
        with pytest.raises((KeyError, ValueError)):
            run_command(PLAIN, decode_command({"do": "merge", "layer": "layer-1", "with": wrong}))


@pytest.mark.parametrize("name", [one for one in LAYERS if LAYERS[one].trait("num_inputs")])
def test_joining_adds_an_input_to_any_layer_that_has_room_for_it(name: str) -> None:
    start = net(
        ("a", "Flatten"),
        ("b", "Dense", {"units": 4}),
        ("c", "Dense", {"units": 4}),
        ("m", name, {}, ("a", "b")),
        ("out", "Dense"),
    )
    changed = done(start, "join", **{"layer": "m", "from": "c"})
    most = LAYERS[name].trait("num_inputs")[1]
    if most > 2:
        assert find_layer(changed, "m").inputs == ("a", "b", "c") and len(changed.layers) == len(start.layers)
    else:  # the merge keeps two inputs: the output of the second gets an Add
        merge = first_new_layer(start, changed)
        assert merge is not None and find_layer(changed, "m").inputs == ("a", merge)
        assert (find_layer(changed, merge).name, find_layer(changed, merge).inputs) == (MERGES[0], ("b", "c"))
