"""The browser's camera."""
