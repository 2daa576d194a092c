"""A convolution kernel on an image: a window to drag, its products, and the feature map of all sums."""
