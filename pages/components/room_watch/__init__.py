"""A component that reruns a phone's page when the lecture in a room moves on."""
