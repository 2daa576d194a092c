"""Runs on seeds that the visitor did not choose, and their signed receipts."""
