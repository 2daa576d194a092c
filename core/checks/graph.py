"""Check how layers are joined: missing inputs, too many or too few inputs, and unused outputs."""

from collections.abc import Iterator
from dataclasses import replace

from core.checks.repairs import remove, reordered, replace_layers, without_layers
from core.experiment.edits import new_layer, remove_layer
from core.experiment.graph import dead_ends, inputs_of, is_sequential, previous_layer_id
from core.experiment.layer_names import invalid_name_reason, layer_label
from core.experiment.model import INPUT, Experiment, Layer
from core.number_text import quantity
from core.problems import Problem, Repair, quoted


def check_graph(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of the connections between layers, and of the names that people gave to layers.

    For each layer, at most a single problem of its inputs is reported.
    """
    guilty = set()
    for rule in (_missing_inputs, _input_count):
        for problem in rule(experiment):
            if problem.where not in guilty:
                guilty.add(problem.where)
                yield problem
    yield from _custom_names(experiment)
    if not guilty:  # a wrong input leaves other outputs unused
        yield from _unused_layers(experiment)


def _take_inputs(experiment: Experiment, layer: Layer, inputs: tuple[str, ...]) -> Repair:
    sources_text = " and ".join(layer_label(experiment, source) for source in inputs)
    return Repair(f"Let it take {sources_text}", "set", ("layers", layer.id, "inputs"), inputs)


def _missing_inputs(experiment: Experiment) -> Iterator[Problem]:
    """Report layers that name an unknown or later layer as their input."""
    earlier = [INPUT]
    ids = [layer.id for layer in experiment.layers]
    for layer in experiment.layers:
        absent = [source for source in layer.inputs if source not in earlier]
        earlier.append(layer.id)
        if not absent:
            continue
        unknown = absent[0]
        known_inputs = tuple(each for each in layer.inputs if each not in absent)
        instead = known_inputs or (previous_layer_id(experiment, layer.id),)
        fault = "is itself" if unknown == layer.id else "comes later" if unknown in ids else "is no layer"
        named = layer_label(experiment, unknown) if unknown in ids else quoted(unknown)
        repairs = (*_move_earlier(experiment, layer, unknown), _take_inputs(experiment, layer, instead), remove(layer))
        yield Problem(
            code="input-not-before",
            where=("layers", layer.id),
            happened=f"{layer.name} takes the output of {named}, which {fault}.",
            expected="Expected layers that stand above it, or the image.",
            fix=f"{repairs[0].label}.",
            why="An image goes through the network once, from the first layer to the last.",
            repairs=repairs,
        )


def _move_earlier(experiment: Experiment, layer: Layer, later: str) -> list[Repair]:
    """Return a repair that moves the layer `later` before `layer`, which takes its output.

    The list is empty if `later` itself depends on `layer`.
    """
    inputs, ids = inputs_of(experiment), [layer.id for layer in experiment.layers]
    if later not in ids:
        return []
    needed, waiting = set(), [later]  # layers that must come first
    while waiting:
        current = waiting.pop()
        if current not in needed and current in inputs:
            needed.add(current)
            waiting += inputs[current]
    if layer.id in needed:
        return []
    index = ids.index(layer.id)
    moved_ids = [layer_id for layer_id in ids[index:] if layer_id in needed]
    order = (*ids[:index], *moved_ids, *(layer_id for layer_id in ids[index:] if layer_id not in moved_ids))
    return [replace_layers(f"Move {layer_label(experiment, later)} before {layer.name}", reordered(experiment, order))]


def _input_count(experiment: Experiment) -> Iterator[Problem]:
    """Report merges with a single input, and other layers with several inputs."""
    above = {INPUT}
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        is_there = above.issuperset(inputs)
        above.add(layer.id)
        if not is_there:
            continue  # `_missing_inputs` reports these
        limits = layer.entry.trait("num_inputs")
        least, most = limits or (1, 1)
        if least <= len(inputs) <= most or (len(inputs) == 1 and layer.entry.trait("self_attention")):
            continue
        few = len(inputs) < least
        expected_count = f"{least}" if least == most else f"{least} or more" if few else f"at most {most}"
        others = _possible_inputs(experiment, layer, inputs) if few else inputs[:most]
        repairs = [_take_inputs(experiment, layer, others)] if len(others) >= least else []
        if not few and most == 1:
            path = ("layers", layer.id)
            joined = Repair("Lay them side by side first: add Concatenate", "insert", path, ("Concatenate", (), inputs))
            repairs = [joined, Repair("Add them up first: add Add", "insert", path, ("Add", (), inputs)), *repairs]
        fix = f"{repairs[0].label}." if repairs else "Add another layer as its input, or remove it."
        yield Problem(
            code="inputs-do-not-fit",
            where=("layers", layer.id),
            happened=f"{layer.name} takes {quantity(len(inputs), 'input')}.",
            expected=f"Expected {expected_count}.",
            fix=fix,
            why=layer.entry.sentence,
            repairs=(*repairs, remove(layer)),
        )


def _possible_inputs(experiment: Experiment, layer: Layer, inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Return possible inputs for a layer with too few: its current inputs, and earlier layers with unused outputs.

    If no output is unused, add the input of the preceding layer.
    """
    before = experiment.layers[: experiment.layers.index(layer)]
    free = [dead_end.id for dead_end in dead_ends(experiment) if dead_end in before]
    if not free and len(before) > 1:
        free = [inputs_of(experiment)[before[-1].id][0]]
    earlier = {INPUT, *(previous_layer.id for previous_layer in before)}
    return tuple(source for source in dict.fromkeys([*free, *inputs]) if source in earlier)


def _unused_layers(experiment: Experiment) -> Iterator[Problem]:
    """Report layers with unused outputs, since Keras silently leaves these layers out."""
    if is_sequential(experiment):
        return
    for layer in dead_ends(experiment):
        branch = _branch_only_for(experiment, layer)
        description = f"{len(branch)} layers that lead only to {layer.name}"
        remove_branch = (
            remove(layer)
            if len(branch) == 1
            else replace_layers(f"Remove the {description}", without_layers(experiment, branch))
        )
        answers = experiment.layers[-1] if _gives_answers(experiment, experiment.layers[-1]) else None
        if answers is not None and _gives_answers(experiment, layer):
            repairs = [_average_answers(experiment, layer), remove_branch]
        else:
            repairs = [*_move_to_end(experiment, layer, answers), *_use_branch(experiment, layer, branch), remove_branch]
        yield Problem(
            code="output-not-used",
            where=("layers", layer.id),
            happened=f"No layer takes the output of {layer.name}.",
            expected="Expected a layer below that takes this output; only the last layer's output is the answer.",
            fix=f"{repairs[0].label}, or remove {layer.name}.",
            why="A layer that leads to no output learns nothing: Keras leaves the layer out of the network.",
            repairs=tuple(repairs),
        )


def _gives_answers(experiment: Experiment, layer: Layer) -> bool:
    """Tell whether a layer has an output for each class. For an activation or an average, the layer before decides."""
    inputs, visited = inputs_of(experiment), set[str]()
    while (layer.entry.trait("keeps_answer") or layer.entry.trait("averages")) and layer.id not in visited:
        visited.add(layer.id)
        before = [candidate for candidate in experiment.layers if candidate.id == inputs[layer.id][0]]
        if not before:
            return False
        layer = before[0]
    size = layer.entry.trait("output_size_argument")
    return bool(size) and layer.values[str(size)] == experiment.data.entry.num_classes


def _branch_only_for(experiment: Experiment, layer: Layer) -> tuple[Layer, ...]:
    """Return a layer with an unused output, and all earlier layers that lead only to this layer."""
    inputs, branch = inputs_of(experiment), {layer.id}
    for candidate in reversed(experiment.layers):
        following = [each.id for each in experiment.layers if candidate.id in inputs[each.id]]
        if following and branch.issuperset(following):
            branch.add(candidate.id)
    return tuple(candidate for candidate in experiment.layers if candidate.id in branch)


def _average_answers(experiment: Experiment, layer: Layer) -> Repair:
    """Return a repair that averages the answers of this layer and of the last layer, so that both learn."""
    last = experiment.layers[-1]
    if last.entry.trait("averages"):
        inputs = (*inputs_of(experiment)[last.id], layer.id)
        return Repair(f"Let {layer_label(experiment, last.id)} take it too", "set", ("layers", last.id, "inputs"), inputs)
    joined = replace(new_layer(experiment, "Average"), inputs=(layer.id, last.id))
    label = f"Answer with the mean of it and {layer_label(experiment, last.id)}: add Average"
    return replace_layers(label, replace(experiment, layers=(*experiment.layers, joined)))


def _use_branch(experiment: Experiment, layer: Layer, branch: tuple[Layer, ...]) -> list[Repair]:
    """Return a repair that connects a layer's unused output to a later layer: the next layer, or the output layer."""
    index = experiment.layers.index(layer)
    following = experiment.layers[index + 1]
    before = inputs_of(experiment)[following.id]
    label, path = f"Let {layer_label(experiment, following.id)} take it", ("layers", following.id, "inputs")
    if following.entry.trait("num_inputs"):
        return [Repair(label, "set", path, (layer.id, *before))]
    start = inputs_of(experiment)[branch[0].id]
    if len(branch) == 1 and set(before) == set(start):  # the layer was meant to stand between these two
        return [Repair(label, "set", path, (layer.id,))]
    end = next((other for other in reversed(experiment.layers) if _gives_answers(experiment, other)), experiment.layers[-1])
    while end.entry.trait("keeps_answer"):
        end = next(other for other in experiment.layers if other.id == inputs_of(experiment)[end.id][0])
    if experiment.layers.index(end) <= index:
        return [Repair(label, "set", path, (layer.id,))]
    return [_concatenate(experiment, layer, end)]


def _concatenate(experiment: Experiment, layer: Layer, end: Layer) -> Repair:
    """Return a repair that concatenates a layer's output with the input of the output layer `end`.

    An image is flattened first.
    """
    flat = new_layer(experiment, "Flatten")
    is_picture = bool(layer.entry.trait("window"))
    inputs = (flat.id if is_picture else layer.id, *inputs_of(experiment)[end.id])
    joined = replace(new_layer(experiment, "Concatenate"), inputs=inputs)
    layers = list(experiment.layers)
    index = layers.index(end)
    layers[index : index + 1] = [
        *([replace(flat, inputs=(layer.id,))] if is_picture else []),
        joined,
        replace(end, inputs=()),
    ]
    label = (
        f"Join it with the input of {layer_label(experiment, end.id)}: add {'Flatten and ' if is_picture else ''}Concatenate"
    )
    return replace_layers(label, replace(experiment, layers=tuple(layers)))


def _move_to_end(experiment: Experiment, layer: Layer, answers: Layer | None) -> list[Repair]:
    """Return a repair that moves a layer with an output for each class to the end, if the last layer has none."""
    if answers is not None or not _gives_answers(experiment, layer) or layer.entry.trait("keeps_answer"):
        return []
    others = remove_layer(experiment, layer.id)
    moved = replace(others, layers=(*others.layers, replace(layer, inputs=())))
    return [replace_layers(f"Move {layer_label(experiment, layer.id)} to the end", moved)]


def _custom_names(experiment: Experiment) -> Iterator[Problem]:
    """Report custom names that cannot be used: Keras rejects them, or they would overwrite something in the script."""
    for layer in experiment.layers:
        problem = name_problem(experiment, layer, layer.custom_name)
        if problem is not None:
            yield problem


def name_problem(experiment: Experiment, layer: Layer, name: str) -> Problem | None:
    """Return the problem of a layer's custom name. Return None for a valid or empty name."""
    above = experiment.layers[: experiment.layers.index(layer)]
    others = above if name == layer.custom_name else [other for other in experiment.layers if other.id != layer.id]
    fault = invalid_name_reason(name, [other.custom_name for other in others]) if name else ""
    if not fault:
        return None
    repair = Repair("Take its name away", "set", ("layers", layer.id, "custom_name"), "")
    return Problem(
        code="layer-name",
        where=("layers", layer.id),
        happened=f"{layer.name} cannot be named {quoted(name)}.",
        expected=fault,
        fix=f"{repair.label}, or choose another name.",
        why="The script calls the layer by its name.",
        repairs=(repair,),
    )
