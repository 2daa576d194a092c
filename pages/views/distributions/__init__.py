"""The distributions of a layer's weights and outputs, and its dead units."""
