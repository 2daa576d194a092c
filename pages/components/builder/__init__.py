"""The network builder, a drawing that visitors change by pointer or keys."""
