"""The layers in teaching order, each with all its arguments, and the layers of Keras that are left out, with the reason."""

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
_TEXT = "for words, not for pictures"
_SOUND = "for sound, not for pictures"
_CELL = "one step of a recurrent layer; the layer of the same name runs it"
_FOREIGN = "wraps a model of another library, which no widget can hold"

LEFT_OUT_LAYERS = {
    **dict.fromkeys(_OLD_NAMES, "another name of a layer that is here"),
    **dict.fromkeys(("TextVectorization", "StringLookup", "HashedCrossing", "Hashing", "IntegerLookup"), _TEXT),
    "CategoryEncoding": "for tables of categories, not for pictures; labels are encoded as the loss reads them",
    "ReversibleEmbedding": "an Embedding that is read backwards too, which gives words",
    **dict.fromkeys(("MelSpectrogram", "STFTSpectrogram"), _SOUND),
    **dict.fromkeys(("SimpleRNNCell", "LSTMCell", "GRUCell"), _CELL),
    "RNN": "runs a cell; SimpleRNN, LSTM and GRU are ready",
    "StackedRNNCells": "cells upon each other; recurrent layers can be stacked as they are",
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TorchModuleWrapper", "TFSMLayer"), _FOREIGN),
    "Lambda": "holds Python code, which a stranger's experiment may not bring",
    "Layer": "what all layers are made from, and does nothing itself",
    "Wrapper": "what wrappers are made from, and does nothing itself",
    "InputLayer": "the picture itself, which every network here begins with",
    "InputSpec": "no layer: what a layer says of its input",
    "Pipeline": "a list of layers in one; here they stand below each other",
    "EinsumDense": "its equation is a small language of its own; Dense, and Dense at each step, do what is needed here",
    "Equalization": "Keras 3.15 cannot build it behind another layer; contrast-limited equalization does the same, and more",
    "RandomCrop": "Keras 3.15 crops in training only: validation pictures keep their size, which the next layer refuses",
    "MixUp": "mixes the labels of two pictures as well, which a layer of a network cannot reach",
    "CutMix": "mixes the labels of two pictures as well, which a layer of a network cannot reach",
    "MaxNumBoundingBoxes": "for finding things in pictures, not for classifying them",
}
