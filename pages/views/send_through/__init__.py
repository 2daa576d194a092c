"""An image that is sent through a network, layer by layer."""
