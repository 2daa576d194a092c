"""The whole application without its pages, in plain Python. Nothing here imports Streamlit; only worker/ imports Keras.

The packages, from the ground up; `[tool.importlinter]` in pyproject.toml keeps imports running downward.

    problems, parameters, settings, files, machine ...  what all others may import
    glossary/    the words that stand on pages, explained
    catalogue/   one entry for each choice: layers, optimizers, losses, data sets
    datasets/    uploaded, downloaded and generated pictures
    experiment/  the experiment as a value; editing, reading and describing it
    checks/      every problem of an experiment, with its repairs
    analysis/    views of a trained network's numbers
    coach/       what most likely goes wrong in a run, and what to try
    export/      scripts, notebooks, reports and model files
    worker/      the functions that run in worker processes
    engine/      starting worker processes, and asking them
    runs/        the queue of runs and their record
    teaching/    decks, the checks of their tasks, and what visitors did of them
    application.py  all state of one server, in one object
    __main__.py  the command line
"""
