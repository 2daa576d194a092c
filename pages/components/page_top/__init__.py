"""The place at which a page begins."""
