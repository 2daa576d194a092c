"""Run by hand; each prints what it measured."""
