"""Write catalogue/keras.json: what the installed Keras says of its classes (names, arguments, defaults).

Run it after an update of Keras, and read the difference:

    python -m core.worker.describe_keras
"""

import inspect
import json
from pathlib import Path

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
}


def plain(value: object) -> object:
    """A default value as JSON has it; a tuple becomes a list, anything that is no plain value its repr."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def arguments(cls: type) -> dict[str, dict]:
    """The arguments of a class by name, in Keras' order: {"required": true} or {"default": value}."""
    described: dict[str, dict] = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        required = parameter.default is inspect.Parameter.empty
        described[name] = {"required": True} if required else {"default": plain(parameter.default)}
    return described


def describe() -> dict:
    """All public classes of the described modules: {"keras": version, "layers": {"Dense": {"units": ...}}, ...}."""
    described: dict = {"keras": keras.__version__}
    for kind, module in DESCRIBED.items():
        classes = {name: cls for name, cls in vars(module).items() if inspect.isclass(cls)}
        described[kind] = {name: arguments(classes[name]) for name in sorted(classes)}
    return described


def main() -> None:
    """Write what Keras says to where the catalogue reads it."""
    path = Path(__file__).parent.parent / "catalogue" / "keras.json"
    text = json.dumps(describe(), indent=1, sort_keys=False) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
