"""The checks of tasks, the evidence about a visitor that checks judge, and their results."""
