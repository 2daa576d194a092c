"""A small network on points in the plane: the output of each unit, the decision boundary, and the loss."""
