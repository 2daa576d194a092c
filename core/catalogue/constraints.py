"""The constraints on weights. Each training step restores the constraint after changing the weights."""

from core.catalogue import Entry, build_entry, keras_signatures, table
from core.parameters import Integer, Parameter, Real, WorkableRange

KIND = "constraints"
LENGTH = Real(0.0, 1000.0)
ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "max_value",
            2,
            LENGTH,
            "The greatest length of a unit's weights.",
            "",
            (1.0, 2.0, 3.0),
            workable=WorkableRange(0.1, 1000.0, "So short, a unit's weights can tell nothing apart."),
        ),
        Parameter("min_value", 0.0, LENGTH, "The least length of a unit's weights.", "", (0.0, 0.5)),
        Parameter("rate", 1.0, Real(0.0, 1.0), "The part of the way at each step."),
        Parameter("axis", 0, Integer(0, 3), "Along which axis a length is measured; 0 for Dense."),
    )
}


def _constraint(name: str, short: str, sentence: str) -> Entry:
    return build_entry(
        KIND,
        name,
        group="Constraint",
        sentence=sentence,
        page="layers/constraints/",
        arguments=ARGUMENTS,
        first=tuple(argument for argument in keras_signatures()[KIND][name] if argument in ARGUMENTS),
        left_out={},
        short=(short,),
    )


CONSTRAINTS = table(
    _constraint("MaxNorm", "max_norm", "A unit's weights may not be longer than this."),
    _constraint("MinMaxNorm", "min_max_norm", "A unit's weights are between two lengths."),
    _constraint("UnitNorm", "unit_norm", "A unit's weights have the length 1."),
    _constraint("NonNeg", "non_neg", "No weight is negative."),
)
LEFT_OUT_CONSTRAINTS = {"Constraint": "the base of all, and does nothing itself"}
