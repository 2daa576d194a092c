"""A Python script with syntax highlighting."""
