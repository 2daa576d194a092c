"""What a trained network makes of images, and why."""
