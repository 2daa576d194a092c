"""The processes that compute: a Dask cluster on this machine or elsewhere, and the questions that its workers answer."""
