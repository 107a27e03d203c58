"""Many submissions into a folder of results: by local processes, or on a Dask cluster."""
