"""The attention layers, in which each step of a sequence reads from the steps that matter."""

from core.catalogue.layers.arguments import SEQUENCE, layer
from core.parameters import BooleanValue, Choice, Integer, Optional, Parameter

HEADS = Integer(1, 64)
WIDTH = Integer(1, 4096)
GATE = Parameter("use_gate", False, BooleanValue(), "Whether a learned gate decides how much of the answer goes on.")
NEAR = Parameter(
    "sliding_window", None, Optional(Integer(1, 4096), "all steps"), "How far each step looks to both sides.", "steps"
)
PROJECTIONS = {
    **{f"{name}/{weight}": "inputs" for name in ("query", "gate", "attention_output") for weight in ("kernel", "bias")},
    **{f"{name}/{weight}": "looked at" for name in ("key", "value") for weight in ("kernel", "bias")},
}
ONE_HEAD = ""  # no argument sets the number of heads
TWO = (2, 3)  # numbers of inputs: query and value, and the key if the key is not the value

ATTENTION = (
    layer(
        "MultiHeadAttention",
        group="Attention",
        sentence="Each step looks at all steps, with several heads for different things: the heart of a transformer.",
        page="layers/attention_layers/multi_head_attention/",
        own={
            "num_heads": Parameter("num_heads", 2, HEADS, "How many heads look, each for something else.", "", (1, 2, 4, 8)),
            "key_dim": Parameter("key_dim", 16, WIDTH, "How many numbers each head compares.", "", (8, 16, 32, 64)),
            "value_dim": Parameter(
                "value_dim", None, Optional(WIDTH, "as key_dim"), "How many numbers each head passes on."
            ),
            "output_shape": Parameter(
                "output_shape", None, Optional(WIDTH, "as the input"), "How many numbers come out at each step."
            ),
            "attention_axes": Parameter(
                "attention_axes", None, Optional(Integer(1, 3), "all but the last"), "The axis of the steps."
            ),
            "sliding_window": NEAR,
            "use_gate": GATE,
        },
        first=("num_heads", "key_dim", "dropout"),
        formula=r"\mathrm{softmax}\Big(\frac{Q K^\top}{\sqrt{d}}\Big) V",
        size="course",
        accepted_ranks=(3, 4),
        arguments_by_name=True,
        num_inputs=TWO,
        heads_argument="num_heads",
        key_size_argument="key_dim",
        value_size_argument="value_dim",
        multiplies=PROJECTIONS,
        attention_axes_argument="attention_axes",
        takes_arguments=True,
        self_attention=True,
    ),
    layer(
        "GroupQueryAttention",
        group="Attention",
        sentence="Attention with many heads that ask, of which several share keys and values: fewer weights.",
        page="layers/attention_layers/group_query_attention/",
        own={
            "head_dim": Parameter("head_dim", 16, WIDTH, "How many numbers each head compares.", "", (8, 16, 32)),
            "num_query_heads": Parameter("num_query_heads", 4, HEADS, "How many heads ask.", "", (2, 4, 8)),
            "num_key_value_heads": Parameter(
                "num_key_value_heads", 2, HEADS, "How many heads are looked at.", "", (1, 2, 4)
            ),
            "sliding_window": NEAR,
            "use_gate": GATE,
        },
        first=("head_dim", "num_query_heads", "num_key_value_heads", "dropout"),
        accepted_ranks=SEQUENCE,
        num_inputs=TWO,
        arguments_by_name=True,
        heads_argument="num_query_heads",
        key_size_argument="head_dim",
        multiplies=PROJECTIONS,
        takes_arguments=True,
        self_attention=True,
    ),
    layer(
        "Attention",
        group="Attention",
        sentence="Each step of an input looks at the steps of the other, and takes from the most similar steps.",
        page="layers/attention_layers/attention/",
        own={
            "use_scale": Parameter("use_scale", False, BooleanValue(), "Whether the layer learns how sharply to look."),
            "score_mode": Parameter("score_mode", "dot", Choice(("dot", "concat")), "How likeness is measured."),
        },
        first=("score_mode", "use_scale", "dropout"),
        formula=r"\mathrm{softmax}(Q K^\top) V",
        accepted_ranks=(3, 4),
        num_inputs=TWO,
        heads_argument=ONE_HEAD,
        scale_argument="use_scale",
        adds_pairs=("score_mode", "concat"),
        self_attention=True,
    ),
    layer(
        "AdditiveAttention",
        group="Attention",
        sentence="Attention that compares by adding instead of multiplying, as in the first translators.",
        page="layers/attention_layers/additive_attention/",
        own={
            "use_scale": Parameter(
                "use_scale", True, BooleanValue(), "Whether the layer learns the weight of each number in the comparison."
            )
        },
        first=("use_scale", "dropout"),
        formula=r"\mathrm{softmax}\Big(\sum \tanh(Q + K)\Big) V",
        accepted_ranks=(3, 4),
        num_inputs=TWO,
        heads_argument=ONE_HEAD,
        scale_argument="use_scale",
        adds_pairs=True,
        multiplies={"scale": "pairs"},
        self_attention=True,
    ),
)
