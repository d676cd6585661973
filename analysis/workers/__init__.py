"""Who does the work: jobs, processes, a Dask cluster, a schedule, progress."""
