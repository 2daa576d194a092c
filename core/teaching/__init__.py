"""Decks that teach: their scenes, the checks of their tasks, and each visitor's progress."""
