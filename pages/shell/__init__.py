"""The basis of every page: the visitor's session, the data of a script run, the map of pages, and messages."""
