"""An image before and after scaling of its pixels, and a step of plain SGD for each version."""
