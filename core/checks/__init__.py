"""Every problem of an experiment, with its repairs; each module is named for what it checks."""
