"""Write catalogue/keras.json: what the installed Keras says of its classes (names, arguments, defaults).

Run it after an update of Keras, and read the difference:

    python -m core.worker.describe_keras
"""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from core.files import write_atomically

# Each kind of choice, and the module of keras that holds its classes.
DESCRIBED = {
    "layers": keras.layers,
    "optimizers": keras.optimizers,
    "schedules": keras.optimizers.schedules,
    "losses": keras.losses,
    "metrics": keras.metrics,
    "callbacks": keras.callbacks,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
}


def plain(value: object) -> object:
    """A default value as JSON has it; a tuple becomes a list, anything that is no plain value its repr."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def arguments(cls: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """The arguments of a class or function by name, in Keras' order: {"required": true} or {"default": value}."""
    described: dict[str, dict[str, Any]] = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        required = parameter.default is inspect.Parameter.empty
        described[name] = {"required": True} if required else {"default": plain(parameter.default)}
    return described


def describe() -> dict[str, Any]:
    """All public classes of the described modules: {"keras": version, "layers": {"Dense": {"units": ...}}, ...}."""
    described: dict[str, Any] = {"keras": keras.__version__}
    for kind, module in DESCRIBED.items():
        # A small letter is a short name of a class that stands there too.
        classes = {name: cls for name, cls in vars(module).items() if inspect.isclass(cls) and name[0].isupper()}
        described[kind] = {name: arguments(classes[name]) for name in sorted(classes)}
    functions = {name: one for name, one in vars(keras.activations).items() if inspect.isfunction(one)}
    tools = ("deserialize", "get", "serialize")
    described["activations"] = {name: arguments(functions[name]) for name in sorted(functions) if name not in tools}
    return described


def main() -> None:
    """Write what Keras says to where the catalogue reads it."""
    path = Path(__file__).parent.parent / "catalogue" / "keras.json"
    text = json.dumps(describe(), indent=1, sort_keys=False) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
