"""The three cards below a result, each with a picture, that lead on from a trained network."""
