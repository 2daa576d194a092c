"""The callbacks. Each callback reads the metrics after an epoch, and may then act.

Traits of every callback:

- `initial_arguments`: the arguments of a newly chosen callback, since Keras' defaults suit longer runs.
- `sets_learning_rate`: True if the callback changes the learning rate, which is not possible with a schedule.
- `ends_early`: True if the callback may end training before the last epoch.
- `best_weights_switch`: the argument that restores the weights of the best epoch.
- `weights_attribute`: the attribute of Keras' callback that holds these weights.
- `ended_attribute`: the attribute of Keras' callback that is not 0 once the callback has ended the run.
- `state_attributes`: the attributes that change from epoch to epoch, which a resumed run needs.
- `patience_arguments`: the arguments whose sum is the number of epochs before the callback can act.
- `action`: the action when the patience is over, in words.
"""

from core.catalogue import Entry, build_entry, table
from core.catalogue.metrics import METRICS
from core.parameters import BooleanValue, Choice, Integer, Optional, Parameter, Real, WorkableRange

LEFT_OUT = {"verbose": "only prints to a terminal"}

LEFT_OUT_CALLBACKS = {
    "BackupAndRestore": "every run here is saved and can be resumed",
    "CSVLogger": "writes a file; the points of each run can be downloaded as CSV",
    "Callback": "the base class, which does nothing",
    "CallbackList": "no callback, but the list that fit keeps",
    "History": "Keras keeps the history by itself",
    "LambdaCallback": "takes functions, which no widget can hold",
    "LearningRateScheduler": "takes a function; the schedules are for that",
    "ModelCheckpoint": "writes files; EarlyStopping with restore_best_weights keeps the best weights in memory",
    "OrbaxCheckpoint": "writes files; every run here is saved by itself",
    "ProgbarLogger": "only prints to a terminal",
    "RemoteMonitor": "sends numbers to another computer",
    "SwapEMAWeights": "belongs to optimizers with use_ema; they swap the weights at the end by themselves",
    "TensorBoard": "writes files for another program",
    "TerminateOnNaN": "every run here stops by itself when its loss is no number",
}

MEASURED = tuple(
    dict.fromkeys(
        ["loss"]
        + [
            str(metric.trait(trait))
            for metric in METRICS.values()
            for trait in ("history_name", "integer_history_name")
            if metric.trait(trait)
        ]
    )
)
MONITORS = (*(f"val_{name}" for name in MEASURED), *MEASURED)
PATIENCE = Integer(0, 1_000)

ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter("monitor", "val_loss", Choice(MONITORS), "The watched number; val_ is of the validation set."),
        Parameter("patience", 3, PATIENCE, "How many epochs without improvement are allowed.", "epochs", (1, 3, 5)),
        Parameter(
            "min_delta",
            0.0,
            Real(0.0, 1_000.0),
            "How large a change must be to count as an improvement.",
            "",
            (0.0, 0.001, 0.01),
            workable=WorkableRange(
                0.0, 0.1, "An epoch seldom brings so much: the callback acts while the network still learns."
            ),
        ),
        Parameter(
            "mode",
            "auto",
            Choice(("auto", "min", "max")),
            "Whether lower or higher is better; auto asks Keras, which knows loss and most metrics.",
        ),
        Parameter(
            "baseline",
            None,
            Optional(Real(-1_000.0, 1_000.0), "none"),
            "The number to beat within the patience.",
        ),
        Parameter(
            "restore_best_weights",
            False,
            BooleanValue(),
            "Whether the network ends with the weights of its best epoch, also when all epochs were trained.",
        ),
        Parameter(
            "start_from_epoch", 0, Integer(0, 1_000), "How many epochs pass before the callback begins to watch.", "epochs"
        ),
        Parameter(
            "factor",
            0.1,
            Real(0.0, 1.0, low_open=True, high_open=True),
            "The factor of the learning rate.",
            "",
            (0.1, 0.2, 0.5),
            workable=WorkableRange(0.0, 0.95, "The learning rate hardly changes.", 0.2),
        ),
        Parameter("cooldown", 0, Integer(0, 1_000), "How many epochs of rest follow a reduction.", "epochs"),
        Parameter("min_lr", 0.0, Real(0.0, 10.0), "The lowest that the learning rate may become.", "", (0.0, 1e-6)),
    )
}


def _callback(name: str, **row: object) -> Entry:
    return build_entry("callbacks", name, arguments=ARGUMENTS, left_out=LEFT_OUT, **row)  # type: ignore[arg-type]


CALLBACKS = table(
    _callback(
        "EarlyStopping",
        group="After every epoch",
        sentence="Ends the training when a number has stopped improving, and can go back to the weights of the best epoch.",
        page="callbacks/early_stopping/",
        first=("monitor", "patience", "restore_best_weights"),
        initial_arguments={"patience": 3, "restore_best_weights": True},
        ends_early=True,
        best_weights_switch="restore_best_weights",
        weights_attribute="best_weights",
        ended_attribute="stopped_epoch",
        state_attributes=("wait", "best", "best_epoch", "stopped_epoch"),
        patience_arguments=("start_from_epoch", "patience"),
        action="stop the run",
    ),
    _callback(
        "ReduceLROnPlateau",
        group="After every epoch",
        sentence="Reduces the learning rate when a number has stopped improving, so that smaller steps may find a way on.",
        page="callbacks/reduce_lr_on_plateau/",
        first=("monitor", "factor", "patience"),
        initial_arguments={"factor": 0.2, "patience": 2},
        sets_learning_rate=True,
        state_attributes=("wait", "best", "cooldown_counter"),
        patience_arguments=("patience",),
        action="reduce the learning rate",
    ),
)
