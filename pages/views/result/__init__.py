"""The result of a run: its headline, a field of 100 dots, and thumbnails of some mistakes."""
