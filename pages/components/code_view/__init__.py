"""A Python script in colours."""
