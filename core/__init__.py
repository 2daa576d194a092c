"""The whole application without its pages, in plain Python. No module imports Streamlit, and only worker/ imports Keras.

The packages are listed from the lowest to the highest. A package may import only lower packages, as
`[tool.importlinter]` in pyproject.toml checks.

    problems, parameters, settings, files, machine ...  modules that all others may import
    glossary/    the terms on the pages, explained
    catalogue/   an entry for each choice: layers, optimizers, losses, data sets
    datasets/    uploaded, downloaded and generated pictures
    experiment/  the experiment as a value, with its editing, reading and description
    checks/      every problem of an experiment, with its repairs
    views/       the questions about data, networks and losses, with their answers, for which worker/views/ uses Keras
    analysis/    curves, scores and corrections, from the numbers of runs
    coach/       the most likely problem of a run, and repairs to try
    export/      scripts, notebooks, reports and model files
    worker/      the functions that run in worker processes
    engine/      starting worker processes, and sending questions to them
    runs/        the queue of runs and their record
    teaching/    decks, the checks of their tasks, and the progress of visitors
    application.py  all state of a server, in a single object
    __main__.py  the command line
"""
