"""A ball on the loss curve of an experiment, whose steps depend on the learning rate that a slider sets."""
