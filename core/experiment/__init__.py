"""The experiment as a value, and the functions that edit, read and describe experiments."""
