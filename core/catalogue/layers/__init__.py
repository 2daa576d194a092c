"""The layers in teaching order, each with all its arguments, and the layers of Keras that are left out, with the reason.

Traits of layers; a trait is absent where it does not hold. Input and output:

- `accepted_ranks`: ranks of the input, which count the batch axis; `accepts_higher_rank`: Keras silently accepts more.
- `needs_channels`: numbers of channels that the input may have; `needs_room`: Keras tries windows larger by one.
- `num_inputs`: (least, most) of a merge; `takes_arguments`: inputs are passed as several arguments, not as a list.
- `output_size_argument`: the argument with the number of outputs, which can be the number of classes.
- `pixel_range`: the argument with the range of the pixels; `scales_by`: a function of the arguments: (factor, offset).
- `reads_whole_numbers`, `gives_whole_numbers`: the argument with their number, or with the boundaries between them.

Computation:

- `applies`: a fixed activation; `keeps_answer`: nothing but a function; `named_by`: the argument with that function's name.
- `flattens`, `rearranges`, `averages`, `normalises`, `augments`, `penalises`, `drops_channels`: what the layer does.
- `window`: the argument with the window's size; `sums`: how the sums of a window are taken apart for the page on sums.
- `levels`: the argument with the axis or groups to normalise; `reads_whole_batch`: statistics of the batch.
- `each_step`, `bidirectional`: how a wrapper applies its layer; `values_per_step`: values kept for a step and unit.
- `flip_argument`, `rotation_argument`: of augmentation; `always_at`: values that change every picture beyond recognition.
- `self_attention`: one input stands for all; `heads_argument`, `key_size_argument`, `value_size_argument`,
  `attention_axes_argument`, `scale_argument`: arguments of attention; `adds_pairs`: adds two steps to compare them.

Cost and code:

- `multiplies`: how often each weight is used (see `core.experiment.multiply_adds`); `sum_axes_argument`: axes of a product.
- `slow_with_xla`: XLA makes it slower; `draws_when_traced`: draws random numbers when the training step is built.
- `initial_arguments`: of a newly chosen layer; `arguments_by_name`: the script names even required ones.
- `short_name`: in code; `ends_shortcut`: the sum at the end of a residual block; `at_most_one`: exclusive arguments.
- `size`: the smallest palette that shows the layer, "lecture" or "course".
"""

from core.catalogue import table
from core.catalogue.layers.attention import ATTENTION
from core.catalogue.layers.augmentation import AUGMENTATION
from core.catalogue.layers.convolutions import CONVOLUTIONS
from core.catalogue.layers.fully_connected import FULLY_CONNECTED
from core.catalogue.layers.merging import MERGING
from core.catalogue.layers.normalization import NORMALIZATION
from core.catalogue.layers.pooling import POOLING
from core.catalogue.layers.preprocessing import PREPROCESSING
from core.catalogue.layers.recurrent import RECURRENT
from core.catalogue.layers.regularization import REGULARIZATION
from core.catalogue.layers.reshaping import RESHAPING
from core.catalogue.layers.wrappers import WRAPPERS

LAYERS = table(
    *FULLY_CONNECTED[:1],
    *RESHAPING,
    *CONVOLUTIONS,
    *POOLING,
    *REGULARIZATION,
    *NORMALIZATION,
    *FULLY_CONNECTED[1:],
    *PREPROCESSING,
    *AUGMENTATION,
    *RECURRENT,
    *WRAPPERS,
    *MERGING,
    *ATTENTION,
)

_OLD_NAMES = (
    *("AvgPool1D", "AvgPool2D", "AvgPool3D", "MaxPool1D", "MaxPool2D", "MaxPool3D"),
    *("GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D", "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D"),
    *("Convolution1D", "Convolution2D", "Convolution3D", "SeparableConvolution1D", "SeparableConvolution2D"),
    *("Convolution1DTranspose", "Convolution2DTranspose", "Convolution3DTranspose"),
)
_TEXT = "for words, not for images"
_SOUND = "for sound, not for images"
_CELL = "one step of a recurrent layer; the layer of the same name runs it"
_FOREIGN = "wraps a model of another library, which no widget can hold"

LEFT_OUT_LAYERS = {
    **dict.fromkeys(_OLD_NAMES, "another name of a layer that is here"),
    **dict.fromkeys(("TextVectorization", "StringLookup", "HashedCrossing", "Hashing", "IntegerLookup"), _TEXT),
    "CategoryEncoding": "for tables of categories, not for images; labels are encoded as the loss reads them",
    "ReversibleEmbedding": "an Embedding that is read backwards too, which gives words",
    **dict.fromkeys(("MelSpectrogram", "STFTSpectrogram"), _SOUND),
    **dict.fromkeys(("SimpleRNNCell", "LSTMCell", "GRUCell"), _CELL),
    "RNN": "runs a cell; SimpleRNN, LSTM and GRU are ready",
    "StackedRNNCells": "cells upon each other; recurrent layers can be stacked as they are",
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TorchModuleWrapper", "TFSMLayer"), _FOREIGN),
    "Lambda": "holds Python code, which a stranger's experiment may not bring",
    "Layer": "what all layers are made from, and does nothing itself",
    "Wrapper": "what wrappers are made from, and does nothing itself",
    "InputLayer": "the image itself, which every network here begins with",
    "InputSpec": "no layer: what a layer says of its input",
    "Pipeline": "a list of layers in one; here they stand below each other",
    "EinsumDense": "its equation is a small language of its own; Dense, and Dense at each step, do what is needed here",
    "Equalization": "Keras 3.15 cannot build it behind another layer; contrast-limited equalization does the same, and more",
    "RandomCrop": "Keras 3.15 crops in training only: validation images keep their size, which the next layer refuses",
    "MixUp": "mixes the labels of two images as well, which a layer of a network cannot reach",
    "CutMix": "mixes the labels of two images as well, which a layer of a network cannot reach",
    "MaxNumBoundingBoxes": "for finding things in images, not for classifying them",
}
