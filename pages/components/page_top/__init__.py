"""The element at the top of each page."""
