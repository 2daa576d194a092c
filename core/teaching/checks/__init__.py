"""The checks of tasks: what a visitor did, and what each check sees of it."""
