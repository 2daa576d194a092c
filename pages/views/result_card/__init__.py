"""The result of a run as a picture that the browser can save as PNG."""
