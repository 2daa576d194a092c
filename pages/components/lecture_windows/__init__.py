"""The synchronization of a lecture's browser windows, and a key that makes the projector black."""
