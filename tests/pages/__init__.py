"""The pages, each in every state, with a script in place of worker processes."""
