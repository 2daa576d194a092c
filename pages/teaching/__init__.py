"""The parts of decks on pages: the guide, tasks, questions and guesses."""
