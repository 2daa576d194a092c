"""The processes that compute: the Dask cluster, here or elsewhere, and what is asked of it."""
