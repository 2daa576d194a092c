"""A drawing of our own, as SVG."""
