"""What runs in worker processes: the only place that imports keras.

`tasks.py` is the door for the cluster; the rest knows nothing of Dask and is what the command line calls directly.
"""
