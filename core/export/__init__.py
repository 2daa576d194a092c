"""An experiment and its network as files for elsewhere: script, notebook, report, model."""
