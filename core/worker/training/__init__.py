"""Train a network under observation: run a fit, measure the network, and save its states."""
