"""How one number of a layer comes about."""
