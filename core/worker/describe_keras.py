"""Write catalogue/keras.json: the classes of the installed Keras, with their arguments and defaults.

Run this program after an update of Keras, and read the difference:

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
    """Convert a default value for JSON: a tuple to a list, and a value that JSON does not know to its repr."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def arguments(cls: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """Return the arguments of a class or function by name, in Keras' order: {"required": true} or {"default": value}."""
    described: dict[str, dict[str, Any]] = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        required = parameter.default is inspect.Parameter.empty
        described[name] = {"required": True} if required else {"default": plain(parameter.default)}
    return described


def describe() -> dict[str, Any]:
    """Describe all public classes of the modules in DESCRIBED, and all activations.

    The result is {"keras": version, "layers": {"Dense": {"units": ...}}, ...}.
    """
    described: dict[str, Any] = {"keras": keras.__version__}
    for kind, module in DESCRIBED.items():
        # A module may also hold a class under a short name in lower case, which is left out.
        classes = {name: cls for name, cls in vars(module).items() if inspect.isclass(cls) and name[0].isupper()}
        described[kind] = {name: arguments(classes[name]) for name in sorted(classes)}
    functions = {name: member for name, member in vars(keras.activations).items() if inspect.isfunction(member)}
    tools = ("deserialize", "get", "serialize")
    described["activations"] = {name: arguments(functions[name]) for name in sorted(functions) if name not in tools}
    return described


def main() -> None:
    """Write the description to the file that the catalogue reads."""
    path = Path(__file__).parent.parent / "catalogue" / "keras.json"
    text = json.dumps(describe(), indent=1, sort_keys=False) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
