"""The gradients of all weights of a layer for a batch, and the change of the loss after a step."""
