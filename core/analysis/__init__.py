"""What a trained network's numbers say."""
