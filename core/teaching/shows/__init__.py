"""The interactive views of decks, and the goals that visitors reach by moving a view."""
