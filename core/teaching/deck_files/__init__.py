"""The modules that read the Markdown of a deck and make its scenes."""
