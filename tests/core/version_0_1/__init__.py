"""The data folder of version 0.1.0, and the tests that open it."""
