"""An address to give away."""
