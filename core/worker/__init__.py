"""The code of worker processes, the only code that imports Keras. The cluster calls this code through `entrypoints`."""
