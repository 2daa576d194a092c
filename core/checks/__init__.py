"""Find every problem of an experiment, with its repairs. Each module is named after the part that the module checks."""
