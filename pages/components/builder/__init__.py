"""The network as a drawing that is built by pointer or keys."""
