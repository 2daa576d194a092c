"""The names with which a Dask nanny reports how its worker process ended."""

EXIT_TOPIC = "exits"  # the topic in Dask's log of events
OUT_OF_MEMORY = "memory"  # logged instead of an exit code if the nanny ended a worker that took too much memory
