"""Images as dots on a plane, laid out by the outputs of a layer."""
