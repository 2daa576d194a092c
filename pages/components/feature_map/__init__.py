"""Images as dots on a plane."""
