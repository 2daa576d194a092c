"""Every place that changes how Keras itself works."""
