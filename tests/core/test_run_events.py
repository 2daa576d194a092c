"""The events and commands of a run: their kinds are stored, and commands survive being written."""

from typing import get_args, get_type_hints

import pytest

from core.run_events import (
    DRAWN,
    EVENT_TYPES,
    LATEST,
    UNDONE,
    Command,
    CommandName,
    RunEvent,
    metric,
    read_command,
)


def test_kinds_are_those_that_databases_hold() -> None:
    assert sorted(EVENT_TYPES) == [
        *("alarm", "batch", "continued", "epoch", "fitted", "health", "look", "network", "paused", "phase", "refused"),
        *("resumed", "sample", "saved", "start", "state", "steered", "stepped", "unwatched", "watched"),
    ]
    assert len(EVENT_TYPES) == len(get_args(RunEvent)), "two types have one kind"


def test_lists_of_kinds_name_real_ones() -> None:
    assert {*DRAWN, *LATEST, *UNDONE} <= set(EVENT_TYPES)
    assert all("epoch" in get_type_hints(EVENT_TYPES[kind]) for kind in UNDONE), "nobody could say when it was undone"


@pytest.mark.parametrize("name", get_args(CommandName))
def test_command_is_read_as_it_was_written(name: CommandName) -> None:
    for command in (Command(name), Command(name, 0.1 + 0.2), Command(name, 1e-7), Command(name, 0.0)):
        assert read_command(str(command)) == command
        assert command.value is None or command.words


@pytest.mark.parametrize(
    ("command", "text", "words"),
    [
        (Command("stop-best"), "stop-best", "stop, best weights"),
        (Command("learning_rate", 0.01), "learning_rate=0.01", "learning rate 0.01"),
        (Command("pace", 20.0), "pace=20.0", "pace 20 s an epoch"),
        (Command("pace", 0.0), "pace=0.0", "pace full speed"),
        (Command("release"), "release", "give the trainer back"),
        (Command("step"), "step", "step"),
    ],
)
def test_command_is_written_as_databases_hold_it(command: Command, text: str, words: str) -> None:
    assert (str(command), command.words) == (text, words)


@pytest.mark.parametrize("text", ["", "=", "dance", "Stop", "learning_rate=fast", "stop =1", "wait for another process"])
def test_text_that_is_no_command_is_none(text: str) -> None:
    assert read_command(text) is None


def test_metric_reads_any_name_and_no_text() -> None:
    event = {"kind": "epoch", "loss": 1, "val_precision": 0.5, "accuracy": None}
    assert [metric(event, name) for name in ("loss", "val_precision", "accuracy", "other", "kind")] == [
        1.0,
        0.5,
        None,
        None,
        None,
    ]
