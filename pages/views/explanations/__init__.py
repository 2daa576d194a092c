"""The picture by which a method explains a network's answer to an image."""
