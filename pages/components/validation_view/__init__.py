"""A network's predictions for the validation set while the network learns."""
