"""From the Markdown of a deck to its scenes."""
