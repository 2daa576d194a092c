"""The regularizers: penalties on weights or outputs that are added to the loss."""

from core.catalogue import Entry, build_entry, keras_signatures, table
from core.parameters import Choice, Parameter, Real, WorkableRange

KIND = "regularizers"
PENALTY = Real(0.0, 100.0)
STRONG = "The penalty counts more than the loss: all that is penalised shrinks to nothing."
USUAL = (1e-5, 1e-4, 1e-3, 1e-2)
ARGUMENTS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "l1", 0.01, PENALTY, "The weight of their absolute values.", "", USUAL, workable=WorkableRange(0.0, 0.05, STRONG)
        ),
        Parameter("l2", 0.01, PENALTY, "The weight of their squares.", "", USUAL, workable=WorkableRange(0.0, 0.1, STRONG)),
        Parameter("factor", 0.01, PENALTY, "The weight of the penalty.", "", USUAL),
        Parameter("mode", "rows", Choice(("rows", "columns")), "The rows or columns that are to stand at right angles."),
    )
}


def _regularizer(name: str, short: str, sentence: str, formula: str = "") -> Entry:
    return build_entry(
        KIND,
        name,
        group="Regularizer",
        sentence=sentence,
        page="layers/regularizers/",
        arguments=ARGUMENTS,
        first=tuple(argument for argument in keras_signatures()[KIND][name] if argument in ARGUMENTS),
        left_out={},
        formula=formula,
        short=(short,),
    )


REGULARIZERS = table(
    _regularizer("L1", "l1", "A penalty on absolute values: many weights become 0.", r"l_1 \sum |w|"),
    _regularizer("L2", "l2", "A penalty on squares: large weights become smaller.", r"l_2 \sum w^2"),
    _regularizer("L1L2", "l1l2", "Both penalties at once.", r"l_1 \sum |w| + l_2 \sum w^2"),
    _regularizer("OrthogonalRegularizer", "orthogonal_regularizer", "A penalty on directions that are alike."),
)
LEFT_OUT_REGULARIZERS = {"Regularizer": "the base of all, and does nothing itself"}
