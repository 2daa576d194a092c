"""Decks that teach: their scenes, the checks of their tasks, and what each visitor has done of them."""
