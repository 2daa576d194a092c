"""Trials, which are runs with seeds that the visitor did not choose, and the signed receipts that prove passed tasks."""
