"""The layers in teaching order, each with all its arguments, and the layers of Keras that are left out, with the reason.

A layer lacks a trait if the fact does not hold for the layer. Traits of inputs and outputs:

- `accepted_ranks`: the ranks that the input may have. A rank counts the batch axis.
- `accepts_higher_rank`: True if Keras silently accepts inputs of a higher rank.
- `needs_channels`: the numbers of channels that the input may have.
- `needs_room`: True if Keras also tries windows that are larger by 1, so that small inputs fail.
- `num_inputs`: the least and the greatest number of inputs that the layer takes, as a pair.
- `takes_arguments`: True if the inputs are passed as several arguments, and not as a list.
- `output_size_argument`: the argument with the number of outputs, which can be the number of classes.
- `pixel_range`: the argument with the range of the pixels.
- `scales_by`: a function of the arguments that returns the factor and the offset by which the layer scales numbers.
- `reads_whole_numbers`: True if the layer reads whole numbers.
- `gives_whole_numbers`: the argument with the boundaries between the whole numbers that the layer returns.

Traits of the computation:

- `applies`: the activation that the layer always applies.
- `keeps_answer`: True if the layer leaves its input as it is, apart from a function that an argument may set.
- `named_by`: the argument with the function that names the layer in code.
- `flattens`, `rearranges`, `averages`, `normalises`, `augments`, `penalises`, `drops_channels`: the action of the layer.
- `window`: the argument with the size of the window.
- `sums`: the kind of the layer's weighted sums, by which the page on sums shows their terms.
- `levels`: the argument with the axis or the groups to normalise.
- `reads_whole_batch`: True if the layer uses statistics of the whole batch.
- `each_step`: True if a wrapper applies its layer to each step. `bidirectional`: True if a wrapper reads in both directions.
- `values_per_step`: how many values a recurrent layer keeps for each step and unit, beside the output.
- `flip_argument`, `rotation_argument`: the arguments of augmentation that set flips and rotations.
- `always_at`: the values of arguments with which augmentation changes every picture in training.
- `self_attention`: True if a single input can stand for all inputs of an attention.
- `heads_argument`, `key_size_argument`, `value_size_argument`, `attention_axes_argument`, `scale_argument`: arguments of
  attention.
- `adds_pairs`: True if attention adds two steps to compare them, or the argument and its value that cause this.

Traits of cost and code:

- `multiplies`: how often each weight is used, by the name of the weight (see `core.experiment.multiply_adds`).
- `sum_axes_argument`: the argument with the axes of a product.
- `slow_with_xla`: True if XLA makes the layer slower.
- `draws_when_traced`: True if the layer draws random numbers when Keras builds the training step.
- `initial_arguments`: the arguments of a newly chosen layer.
- `arguments_by_name`: True if the script passes even required arguments by name.
- `short_name`: the name of the layer in code.
- `ends_shortcut`: True for the sum at the end of a residual block.
- `at_most_one`: arguments that exclude each other.
- `size`: the smallest palette that shows the layer, "lecture" or "course".
- `short`: the sentence about the layer in a palette, two lines long.
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
_CELL = "a step of a recurrent layer; the layer of the same name runs its steps"
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
    "Layer": "the base of all layers, and does nothing itself",
    "Wrapper": "the base of all wrappers, and does nothing itself",
    "InputLayer": "the image itself, which every network here begins with",
    "InputSpec": "no layer: the demands of a layer on its input",
    "Pipeline": "a list of layers as a layer; here they stand below each other",
    "EinsumDense": "its equation is a small language of its own; Dense, and Dense at each step, are enough here",
    "Equalization": "Keras 3.15 cannot build this behind another layer; contrast-limited equalization does more",
    "RandomCrop": "Keras 3.15 crops in training only: validation images keep their size, which the next layer refuses",
    "MixUp": "mixes the labels of two images as well, which a layer of a network cannot reach",
    "CutMix": "mixes the labels of two images as well, which a layer of a network cannot reach",
    "MaxNumBoundingBoxes": "for finding things in images, not for classifying them",
}
