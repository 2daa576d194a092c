"""The layers of a network as rows of small pictures."""
