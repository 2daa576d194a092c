"""The parts that several views share: a trained network with its images, tensors, gradients, axes and pictures."""
