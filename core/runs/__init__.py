"""The runs, each of which trains an experiment: their queue, their trainers, their records and their results."""
