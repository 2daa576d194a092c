"""Ready nets as cards, each with a drawing of its layers."""
