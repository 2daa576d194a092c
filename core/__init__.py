"""The lecture's work, in plain Python: no Streamlit anywhere, Keras only in worker/.

Read it from the ground up; imports run one way, downward in this list.

    runs.py         the queue: start, steer, follow a run; joins ledger, workers and live
    ongoing.py      the runs that trainers have now, and what comes back of them
    advice.py       what pages say of a run's numbers, worked out once for each stage of it
    active_run.py   one run that a trainer has
    liveness.py     whether its trainer still goes on
    tending.py      the workers' health: started, warmed up, watched, started again
    jobs.py         work in a process of its own, beside all runs, one at a time and in fair turns
    turns.py        whose turn it is, and about when each begins
    estimates.py    how long a run will take, before it has begun
    endings.py      what people read when a run did not end well
    preparation.py  get ready for a lecture, on the command line
    readiness.py    what a lecture needs of this machine
    comparison.py   runs side by side: their table, what a change brought, how far repeats lie apart, CSV
    replaying.py    a run that is over, told again in its own time
    uploads.py      pictures of a person's own on their way to a data set
    quality.py      what stands in the way of a data set made of them
    inventory.py    what was found in an upload, and its pictures until they are made one size
    layout.py       which class and set each file of an archive belongs to
    arrays.py       a stranger's npz file, its headers read first
    own.py          a person's own data sets: kept, listed, deleted and brought back
    downloads.py    data sets on their way to this machine
    summaries.py    tables of networks and the data after layers, asked of the inspector once each
    views.py        what the inspector is asked about a network with its weights
    looks.py        the images behind a cell of the confusion matrix, and how many of each class there are
    answers.py      what the inspector is asked, each question once
    ledger.py       every run ever started, in SQLite
    drafts.py       each visitor's draft with its undo history
    storage.py      what people read when the data folder fails
    tables.py       the ledger's tables, older ones brought up to date
    cluster.py      the scheduler and worker processes, here or a cluster's
    supplies.py     what a cluster's workers are given
    scheduler_probe.py  whether the scheduler answers
    processes.py    the processes of it that this server starts
    live.py         one stream of numbers to any number of browsers
    coach.py        what most likely goes wrong in a run: the table of rules
    stalls.py       rules: it does not learn, or badly
    gaps.py         rules: it learns, but not what it should
    bad_settings.py rules: settings that keep it from learning
    bad_labels.py   rules: the pictures or their labels are at fault
    remedies.py     what to try, as repairs
    evidence.py     what a run's recorded numbers say
    checks.py       every problem of an experiment, with its repair
    data_checks.py  those of the data: whether they are here
    fit_checks.py   those of schedules and callbacks
    pixel_checks.py those of the numbers that go in
    pixel_ranges.py which range of numbers reaches each layer
    augmentation_checks.py  those of what chance makes of pictures
    batch_checks.py those of batches, and of how often weights change
    callback_checks.py  those of callbacks that act at the wrong moment
    metric_checks.py    those of metrics
    value_checks.py values with which hardly anything learns, as the catalogue says
    vanishing_checks.py layers that leave hardly anything of a picture
    graph_checks.py those of how layers are joined
    answer_checks.py    those of what comes out, and whether the loss can read it
    argument_checks.py  those of one layer's arguments
    habit_checks.py what Keras accepts and what seldom learns
    shape_checks.py those that show once Keras has said what shapes a stack gives
    held_checks.py  layers within layers, which wrappers hold
    rank_checks.py  a row of numbers where a picture is needed, and the like
    merge_checks.py branches that do not fit each other
    mending.py      repairs that several rules offer
    templates.py    ready nets for the images at hand
    execution.py    how many steps at once, and whether by XLA
    backends.py     which libraries can do the computing here
    export.py       an experiment as a Keras script
    python_source.py  values, calls and lists as lines of Python
    script_variables.py  what a script calls the numbers between layers
    reproducing.py  whether an export gives its run's numbers, and the stamp that says so
    usage.py        how to ask a trained network elsewhere: a snippet for each format
    taking.py       a trained network as a file for elsewhere: the formats, and what came of each
    report.py       a run on one page to hand in, as HTML that needs nothing else
    sketches.py     a network and its curves as small drawings
    notebooks.py    an experiment as a notebook, or as a script with explanations
    phrases.py      an experiment in words, and what differs between two
    trying.py       a picture to try a network on, and how to break it
    decoder.py      strangers' pictures, decoded in a process of its own
    manipulations.py  what can be done to a picture, with its line of code
    previews.py     a few images of each class, kept on disk
    curves.py       thin curves, and read them in words
    scores.py       confusion matrix, precision, recall, top-k, calibration
    evaluated.py    what is kept of an evaluated set, and images picked out of it
    rates.py        the learning rate over the steps of an experiment
    explanations.py why a network gave an answer: the methods, and what they found
    scales.py       what is seen of several moments brought to one scale
    inside.py       what is seen inside a network for one image
    sums.py         one number of a layer, taken apart: window, weights, products, sum
    picked.py       the image that a person looks into
    gestures.py     what a person does with pointer or keys, as a browser tells of it
    ready_blocks.py blocks of nets from the literature, added in one go
    glimpses.py     the data after a layer, for one picture
    edits.py        every way to change an experiment
    layer_names.py  the one name of each layer, for scripts and all pages
    graph.py        how layers are joined: a stack, or any graph
    memory.py       how much memory training takes
    time_left.py    how long a run will still take, by its own steps
    multiply_adds.py  how many multiply-adds a layer takes, by what its catalogue entry says
    shapes.py       the table of a network: shapes, parameters
    links.py        an experiment as a piece of an address
    keras_files.py  the layers of a .keras file, which is never loaded
    json_text.py    JSON that anyone may have written, with what is wrong in it and where
    reading.py      an experiment from JSON that anyone may have written
    experiment.py   Experiment, Data, Layer, Compile, Fit: frozen values, to JSON
    counts.py       how many images each set holds, once some were left out
    corrections.py  labels that a person corrected and images left out: an overlay, the files stay as they are
    catalogue/      one entry per choice: layers, optimizers, schedules, losses, metrics, callbacks, datasets
    archives.py     a stranger's zip file, looked at before anything is unpacked
    pictures.py     one picture of a stranger: bytes to pixels
    png.py          a picture as an address that a browser shows
    near.py         which of very many pictures are nearly the same
    likeness.py     which pictures are the same, and which are in both sets
    checkpoints.py  the files that a run leaves, and the epochs it can go on from
    lecturer.py     the lecturer's token
    machine.py      what this machine can carry
    states.py       the states of a run, one table
    problems.py     what is wrong, and the repair as data
    parameters.py   what a person may choose, with its constraint
    workable.py     bounds beyond which networks seldom learn
    outputs.py      where commands write: nothing replaced unasked, nothing lost
    files.py        atomic writes and the data folder
    settings.py     the server's limits
    worker/         what runs in worker processes: the only place that imports keras
    __main__.py     the command line
"""
