"""The memory that training takes: the numbers that layers keep beside their outputs, against counts on paper."""

from math import prod

import pytest

from core.experiment.memory import num_kept_values, num_layer_values
from core.worker.training.summary import summarise
from tests.core.sample_experiments import layer, stack

ROWS = layer("Reshape", target_shape=[8, 8])  # Digits: eight steps of eight numbers

TWO = {"num_heads": 2, "key_dim": 4}
HEADS = layer("MultiHeadAttention", **TWO)


def both_ways(**arguments: object) -> dict:
    return layer("Bidirectional", layer=layer("LSTM", units=5), **arguments)


@pytest.mark.parametrize(
    ("before", "one", "expected"),
    [
        (ROWS, layer("SimpleRNN", units=5), 8 * 5 - 5),  # the state of each step; the last state is the output
        (ROWS, layer("SimpleRNN", units=5, return_sequences=True), 0),
        (ROWS, layer("GRU", units=5), 8 * 5 * (3 + 1) - 5),  # two gates, the proposal, the state
        (ROWS, layer("LSTM", units=5), 8 * 5 * (5 + 1) - 5),  # three gates, the proposal, the memory, the state
        (ROWS, layer("LSTM", units=5, return_sequences=True), 8 * 5 * 5),
        (ROWS, both_ways(), 2 * 8 * 5 * 6 - 10),
        (ROWS, both_ways(merge_mode="sum"), 2 * 8 * 5 * 6 - 5),
        (None, layer("ConvLSTM1D", filters=3, kernel_size=3), 8 * (6 * 3) * 6 - 6 * 3),  # a row has 8 positions, then 6
        (ROWS, HEADS, 2 * 2 * 8 * 8 + 3 * (8 + 8) * 2 * 4),  # two scores for each pair and head; six rows of 2 x 4 a step
        (None, HEADS, 2 * 2 * 64 * 64 + 3 * (64 + 64) * 2 * 4),  # each pixel looks at all
        (None, layer("MultiHeadAttention", **TWO, attention_axes=1), 2 * 2 * 8 * (8 * 8) + 3 * 128 * 2 * 4),  # its column
        (
            ROWS,
            layer("GroupQueryAttention", head_dim=4, num_query_heads=4, num_key_value_heads=2),
            2 * 4 * 8 * 8 + 3 * (8 + 8) * 4 * 4,
        ),
        (ROWS, layer("Attention"), 2 * 8 * 8),
        (None, layer("Attention"), 2 * 8 * (8 * 8)),
        (ROWS, layer("Attention", score_mode="concat"), 8 * 8 * (2 + 8 + 8 // 4)),  # a vector of eight for each pair as well
        (
            ROWS,
            layer("Attention", score_mode="concat", use_scale=True),
            8 * 8 * (2 + 2 * 8),
        ),  # and the scaled sums
        (ROWS, layer("AdditiveAttention"), 8 * 8 * (2 + 2 * 8)),
        (ROWS, layer("AdditiveAttention", use_scale=False), 8 * 8 * (2 + 8 + 8 // 4)),
        (ROWS, layer("Dense", units=5), 0),
    ],
)
def test_what_is_kept_for_the_way_back_is_counted(before: dict | None, one: dict, expected: int) -> None:
    experiment = stack(*([before] if before else []), one)
    summary = summarise(experiment)
    assert not summary.refused, summary.reason
    last, row = experiment.layers[-1], summary.rows[-1]
    assert num_kept_values(last, row) == expected
    outputs = 2 * prod(row.output_shape)
    assert num_layer_values(last, row) == outputs + expected * (2 if "Attention" in one["name"] else 1)
