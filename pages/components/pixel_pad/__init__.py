"""A sheet on which a visitor draws."""
