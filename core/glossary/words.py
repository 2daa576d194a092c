"""One word for one thing: the words that pages use, and those that they do not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """A word that was chosen, and others that people use for the same thing.

    Parameters
    ----------
    word
        The word of all texts that people read.
    others
        Words for the same thing, which no text uses. Plurals with "s" need no entry.
    reason
        Why this word was chosen.
    """

    word: str
    others: tuple[str, ...]
    reason: str


WORDINGS = (
    Wording("unit", ("neuron", "node"), "Keras' argument is units"),
    Wording("optimizer", ("optimiser",), "Keras' argument is optimizer"),
    Wording("loss", ("cost function", "objective function", "loss function"), "Keras' argument is loss"),
    Wording("cross-entropy", ("crossentropy", "cross entropy"), "as books write it; Keras' class has its name in code"),
    Wording("epoch", ("training round", "sweep"), "Keras' argument is epochs"),
    Wording("batch", ("mini-batch", "minibatch"), "Keras' argument is batch_size"),
    Wording("learning rate", ("learning-rate", "step rate"), "Keras' argument is learning_rate"),
    Wording("data set", ("dataset", "data-set"), "one spelling on all pages; keras.datasets has its name in code"),
    Wording("training set", ("train set", "training data set"), "as validation set and test set"),
    Wording("validation set", ("val set", "validation data set", "development set", "dev set"), "Keras' val_ stands for it"),
    Wording("test set", ("testing set", "hold-out set"), "as training set and validation set"),
    Wording("accuracy", ("hit rate", "success rate", "rate of right answers"), "Keras' metric is accuracy"),
    Wording("relu", ("rectifier", "rectified linear unit"), "Keras' name"),
    Wording("kernel", ("convolution matrix",), "Keras' argument is kernel_size"),
    Wording("one-hot", ("one hot", "onehot"), "as Keras' documentation writes it"),
    Wording("backend", ("back end", "back-end"), "Keras' own word"),
    Wording("overfitting", ("over-fitting", "overtraining"), "the field's word"),
    Wording("hidden layer", ("intermediate layer", "inner layer"), "the field's word"),
    Wording("pixel", ("picture element",), "the field's word"),
    Wording("image classifier", ("picture classifier", "image recogniser"), "the field's word"),
    Wording("seed", ("random state", "random number seed"), "Keras' argument is seed"),
    Wording("dropout", ("drop-out", "drop out"), "Keras' layer is Dropout"),
    Wording("multiply-adds", ("multiply-accumulates", "FLOPs", "MACs", "multiplications and additions"), "one word for it"),
    Wording("confusion matrix", ("error matrix", "contingency table"), "scikit-learn's name"),
)
