"""A sheet on which a visitor draws, with the answers of a trained network beside the sheet."""
