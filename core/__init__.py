"""The lecture's work, in plain Python: no Streamlit anywhere, Keras only in worker/.

From the ground up; `[tool.importlinter]` in pyproject.toml keeps imports running downward.

    problems, parameters, settings, files, machine ...  what everything may import
    catalogue/   one entry for each choice: layers, optimizers, losses, data sets
    datasets/    pictures on their way in
    experiment/  the value, and all that edits, reads and describes it
    checks/      every problem of an experiment, with its repairs
    analysis/    what a trained network's numbers say
    coach/       what most likely goes wrong in a run, and what to try
    export/      an experiment and its network as files for elsewhere
    worker/      what runs in worker processes
    engine/      those processes, and what is asked of them
    runs/        the queue and the record
    __main__.py  the command line
"""
