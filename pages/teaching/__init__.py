"""The parts of decks (lessons, labs, lectures) on pages: the guide beside a scene, tasks, questions and guesses."""
