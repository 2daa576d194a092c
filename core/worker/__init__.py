"""What runs in worker processes, the only place that imports Keras; `entrypoints` is its door for the cluster."""
