"""The server's settings. Each is a Parameter whose value an environment variable such as `DASHBOARD_TRAINERS` sets."""

import os
from types import MappingProxyType
from typing import cast

from core.parameters import Integer, Parameter, Real
from core.problems import Problem, ProblemError, quoted

SETTINGS = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter(
                "trainers", 0, Integer(0, 64), "Networks that train at the same time; 0: as many as the machine carries."
            ),
            Parameter("memory", 0.0, Real(0.0, 4096.0), "Memory for the dashboard; 0: the machine's own.", "GB"),
            Parameter(
                "worker_memory", 0.0, Real(0.0, 1024.0), "A worker that takes more is started afresh; 0: its share.", "GB"
            ),
            Parameter("model_memory", 4.0, Real(0.1, 1024.0), "The most memory that a network may need to train.", "GB"),
            Parameter("queue", 200, Integer(1, 10_000), "Runs, or exports, that may wait at the same time."),
            Parameter("queue_each", 10, Integer(1, 1000), "Runs, or exports, of a person that may wait at the same time."),
            Parameter(
                "head_start", 1, Integer(0, 1), "1: an idle trainer builds the network that a person looks at; 0: never."
            ),
            Parameter("run_minutes", 120.0, Real(0.1, 10_080.0), "A run that takes longer is stopped.", "minutes"),
            Parameter(
                "pause_minutes", 3.0, Real(0.0, 1440.0), "A pause that takes longer gives the trainer back.", "minutes"
            ),
            Parameter("free_disk", 0.5, Real(0.0, 1e6), "Nothing is saved that would leave less room on the disk.", "GB"),
            Parameter(
                "epoch_weights", 50.0, Real(0.0, 1e5), "Room for the weights of a run's epochs, to look back at.", "MB"
            ),
            Parameter("download_minutes", 10.0, Real(0.1, 240.0), "How long a data set may take to arrive.", "minutes"),
            Parameter("upload_size", 200, Integer(1, 2_000), "The largest upload of pictures.", "MB"),
            Parameter("upload_files", 20_000, Integer(10, 60_000), "Files that an upload may hold.", "files"),
            Parameter(
                "upload_pictures",
                100_000,
                Integer(10, 1_000_000),
                "Pictures that an npz file may hold.",
                "pictures",
            ),
            Parameter("upload_unpacked", 1.0, Real(0.01, 64.0), "The largest size of an unpacked upload.", "GB"),
            Parameter("upload_ratio", 200, Integer(2, 1_000), "How many times larger a file may be than its packed form."),
            Parameter("picture_size", 50.0, Real(0.01, 500.0), "Pixels of the largest picture that is read.", "million"),
            Parameter("own_decks", 20, Integer(1, 500), "Own decks that a person may keep.", "decks"),
            Parameter("own_sets", 20, Integer(1, 1_000), "Own data sets that a person may keep.", "data sets"),
        )
    }
)


def variable(name: str) -> str:
    """Return the name of the environment variable that holds a setting."""
    return f"DASHBOARD_{name.upper()}"


def setting(name: str) -> int | float:
    """Return the value of a setting: the value of its environment variable, or else its default.

    Raises
    ------
    ProblemError
        The variable holds a value that the setting does not allow.
    """
    parameter = SETTINGS[name]
    text = os.environ.get(variable(name))
    if text is None:
        return cast("int | float", parameter.default)
    try:
        value = type(parameter.default)(text)
    except ValueError:
        value = text
    if not parameter.constraint.is_valid(value):
        raise ProblemError(
            Problem(
                code="setting",
                where=("settings", name),
                happened=f"The environment variable {variable(name)} is {quoted(text)}.",
                expected=f"Expected {parameter.constraint.describe()} ({parameter.unit or 'a count'}).",
                fix=f"Set such a value, or unset the variable to use {parameter.default}.",
            )
        )
    return cast("int | float", value)
