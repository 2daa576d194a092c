"""The path of gradient descent during an epoch, over the loss of two weights."""
