"""The loss of the draft from the side, with a ball whose steps depend on the learning rate."""
