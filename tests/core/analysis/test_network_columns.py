"""In which columns a network is drawn, and between which of them links are drawn."""

import pytest

from core.analysis.network_columns import (
    MOST_LINKS,
    DenseConnection,
    DrawnColumn,
    dense_connections,
    drawn_columns,
    layer_column,
    layer_columns,
    layer_connections,
    links_per_unit,
    sized_columns,
)
from core.experiment.model import INPUT, Experiment
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template


def columns_of(experiment: Experiment) -> tuple[DrawnColumn, ...]:
    return drawn_columns(experiment, {row.id: row.output_shape for row in summarise(experiment).rows})


def words_of(experiment: Experiment) -> list[str]:
    return [", ".join(filter(None, (column.title, column.note))) for column in columns_of(experiment)]


def joined(experiment: Experiment) -> list[tuple[str, str, str]]:
    names = {one.id: f"{one.name} {number}" for number, one in enumerate(experiment.layers)} | {INPUT: INPUT}
    found = dense_connections(experiment, columns_of(experiment))
    return [(names[joint.source], names[joint.target], names[joint.fed_by]) for joint in found]


def dense(units: int, **arguments: object) -> dict:
    return layer("Dense", units=units, **arguments)


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (LECTURE, ["128 units", "10 units"]),
        (stack(FLATTEN, OUTPUT), ["10 units"]),
        (stack(FLATTEN, dense(512), OUTPUT), ["512 units, 128 drawn", "10 units"]),
        (stack(FLATTEN, dense(1), layer("Dropout", rate=0.2), OUTPUT), ["1 unit", "10 units"]),
        (
            template("convnet"),
            ["32 maps, 8 × 8", "32 maps, 4 × 4", "64 maps, 4 × 4, 32 drawn", "64 maps, 2 × 2, 32 drawn", "10 units"],
        ),
    ],
    ids=["lecture", "one", "wide", "narrow", "convnet"],
)
def test_each_layer_with_units_or_maps_has_a_column(experiment: Experiment, words: list[str]) -> None:
    assert words_of(experiment) == words


def test_of_a_long_network_the_first_and_the_last_layers_are_drawn() -> None:
    deep = stack(FLATTEN, *(dense(units) for units in range(1, 13)), OUTPUT)
    assert words_of(deep) == ["1 unit", "2 units", "3 units", "8 more layers", "12 units", "10 units"]


def test_a_stack_of_dense_layers_needs_no_shapes() -> None:
    deep = stack(FLATTEN, *(dense(units) for units in range(1, 13)), OUTPUT)
    for experiment in (LECTURE, stack(FLATTEN, dense(512), layer("Dropout", rate=0.5), OUTPUT), deep):
        assert sized_columns(experiment) == columns_of(experiment)


@pytest.mark.parametrize(
    "experiment",
    [
        stack(),
        template("convnet"),
        template("residual"),
        stack(dense(8), FLATTEN, OUTPUT),
        stack(FLATTEN, dense(-5), OUTPUT),
    ],
    ids=["none", "convnet", "residual", "not flat", "not allowed"],
)
def test_other_networks_wait_for_keras(experiment: Experiment) -> None:
    assert sized_columns(experiment) == ()


def test_there_are_no_columns_where_a_shape_is_not_known() -> None:
    assert drawn_columns(LECTURE, {}) == ()
    assert drawn_columns(stack(), {}) == ()


def test_links_are_drawn_where_each_has_a_weight_of_its_own() -> None:
    assert joined(LECTURE) == [(INPUT, "Dense 1", "Flatten 0"), ("Dense 1", "Dense 2", "Dense 1")]


def test_layers_that_move_no_number_let_links_through() -> None:
    through = stack(layer("Rescaling", scale=2.0), FLATTEN, dense(8), layer("BatchNormalization"), layer("ReLU"), OUTPUT)
    assert joined(through) == [(INPUT, "Dense 2", "Flatten 1"), ("Dense 2", "Dense 5", "ReLU 4")]


def test_maps_have_links_to_units_and_none_to_maps() -> None:
    assert joined(template("convnet")) == [("MaxPooling2D 3", "Dense 6", "Dropout 5")]


def test_moved_numbers_have_no_links() -> None:
    moved = stack(layer("Permute", dims=[2, 1, 3]), FLATTEN, dense(8), OUTPUT)
    assert joined(moved) == [("Dense 2", "Dense 3", "Dense 2")]


def test_layers_that_are_not_drawn_have_no_links() -> None:
    deep = stack(FLATTEN, *(dense(units) for units in range(2, 14)), OUTPUT)
    assert [target for _, target, _ in joined(deep)] == ["Dense 1", "Dense 2", "Dense 3", "Dense 13"]


def test_an_activation_at_the_end_belongs_to_the_answers() -> None:
    split = stack(FLATTEN, dense(16), dense(10), layer("Softmax"))
    assert words_of(split) == ["16 units", "10 units"]
    assert joined(split)[-1] == ("Dense 1", "Dense 2", "Dense 1")


def test_the_number_of_links_has_a_limit() -> None:
    assert links_per_unit(2, 128, 784) == 10
    assert links_per_unit(2, 10, 128) == 128
    assert links_per_unit(1, 2, 5) == 5
    assert links_per_unit(5, 128, 128) * 128 * 5 <= MOST_LINKS
    assert links_per_unit(9, 128, 128) == 2


def layers_of(experiment: Experiment) -> tuple[DrawnColumn, ...]:
    return layer_columns(experiment, {row.id: row.output_shape for row in summarise(experiment).rows})


@pytest.mark.parametrize(
    ("experiment", "drawn"),
    [
        (LECTURE, [("strip", 64, 28), ("dots", 128, 128), ("dots", 10, 10)]),
        (
            template("convnet"),
            [
                *(("sheets", 32, 32), ("sheets", 32, 32), ("sheets", 64, 32), ("sheets", 64, 32)),
                *(("strip", 256, 28), ("card", 256, 0), ("dots", 10, 10)),
            ],
        ),
        (
            stack(layer("BatchNormalization"), layer("GlobalAveragePooling2D"), dense(512), OUTPUT),
            [("card", 1, 0), ("dots", 1, 1), ("dots", 512, 128), ("dots", 10, 10)],
        ),
    ],
    ids=["lecture", "convnet", "pooled"],
)
def test_a_drawing_of_all_layers_has_a_column_for_each(experiment: Experiment, drawn: list[tuple[str, int, int]]) -> None:
    assert [(column.kind, column.count, column.drawn) for column in layers_of(experiment)] == drawn


def test_layers_behind_a_fault_have_no_column_and_units_are_known_before_keras_answers() -> None:
    assert [column.id for column in layer_columns(LECTURE, {"flatten": (64,)})] == ["flatten"]
    hidden = LECTURE.layers[1]
    assert layer_column(hidden, ()) == DrawnColumn("hidden", "dots", 128, 128, phrase="Dense 128 relu")
    assert layer_column(LECTURE.layers[0], ()).kind == "card"


def test_links_of_all_layers_begin_at_strips_and_units_and_pass_below_cards() -> None:
    experiment = stack(FLATTEN, dense(8), layer("Dropout", rate=0.5), layer("Activation", activation="relu"), OUTPUT)
    flatten, first, _, activation, output = (one.id for one in experiment.layers)
    found = layer_connections(experiment, layers_of(experiment))
    assert found == (DenseConnection(flatten, first, flatten), DenseConnection(first, output, activation))


def test_no_links_begin_where_a_layer_mixes_the_numbers() -> None:
    mixed = stack(FLATTEN, dense(8), layer("Reshape", target_shape=[8]), OUTPUT)
    assert [joint.target for joint in layer_connections(mixed, layers_of(mixed))] == [mixed.layers[1].id]
