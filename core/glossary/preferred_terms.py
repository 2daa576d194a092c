"""The preferred terms: the word that all pages use for a thing, and the synonyms that they avoid."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PreferredTerm:
    """A preferred term, with the synonyms that pages avoid.

    Parameters
    ----------
    word
        The word that all texts for people use.
    others
        Other words for the same thing, which no text uses. Plurals with "s" need no entry.
    reason
        The reason for the choice.
    """

    word: str
    others: tuple[str, ...]
    reason: str


WORDINGS = (
    PreferredTerm("unit", ("neuron", "node"), "Keras' argument is units"),
    PreferredTerm("optimizer", ("optimiser",), "Keras' argument is optimizer"),
    PreferredTerm("loss", ("cost function", "objective function", "loss function"), "Keras' argument is loss"),
    PreferredTerm(
        "cross-entropy", ("crossentropy", "cross entropy"), "as books write it; Keras' class has its name in code"
    ),
    PreferredTerm("epoch", ("training round", "sweep"), "Keras' argument is epochs"),
    PreferredTerm("batch", ("mini-batch", "minibatch"), "Keras' argument is batch_size"),
    PreferredTerm("learning rate", ("learning-rate", "step rate"), "Keras' argument is learning_rate"),
    PreferredTerm("data set", ("dataset", "data-set"), "one spelling on all pages; keras.datasets has its name in code"),
    PreferredTerm("training set", ("train set", "training data set"), "as validation set and test set"),
    PreferredTerm(
        "validation set", ("val set", "validation data set", "development set", "dev set"), "Keras' names begin with val_"
    ),
    PreferredTerm("test set", ("testing set", "hold-out set"), "as training set and validation set"),
    PreferredTerm("accuracy", ("hit rate", "success rate", "rate of right answers"), "Keras' metric is accuracy"),
    PreferredTerm("relu", ("rectifier", "rectified linear unit"), "Keras' name"),
    PreferredTerm("kernel", ("convolution matrix",), "Keras' argument is kernel_size"),
    PreferredTerm("one-hot", ("one hot", "onehot"), "as Keras' documentation writes it"),
    PreferredTerm("backend", ("back end", "back-end"), "Keras' own word"),
    PreferredTerm("overfitting", ("over-fitting", "overtraining"), "the field's word"),
    PreferredTerm("hidden layer", ("intermediate layer", "inner layer"), "the field's word"),
    PreferredTerm("pixel", ("picture element",), "the field's word"),
    PreferredTerm("image classifier", ("picture classifier", "image recogniser"), "the field's word"),
    PreferredTerm("seed", ("random state", "random number seed"), "Keras' argument is seed"),
    PreferredTerm("dropout", ("drop-out", "drop out"), "Keras' layer is Dropout"),
    PreferredTerm(
        "multiply-adds", ("multiply-accumulates", "FLOPs", "MACs", "multiplications and additions"), "one word for it"
    ),
    PreferredTerm("confusion matrix", ("error matrix", "contingency table"), "scikit-learn's name"),
)
