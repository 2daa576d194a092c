"""The last training step on a single batch, which a visitor starts by a button."""
