"""Requests about networks and data sets that pages send to a worker process, and the types of their results."""
