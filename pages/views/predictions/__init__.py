"""The answers of a network to a picture that the visitor changes, as bars."""
