"""The device that computed a run: the processor, or a graphics processor (GPU)."""

from collections.abc import Mapping, Sequence

GPU_WORDS = ("gpu", "cuda", "mps", "tpu")  # how Keras and its backends name devices that are no processor


def is_accelerated(devices: str) -> bool:
    """Return whether a list of devices, such as "cpu:0, gpu:0", includes a GPU or TPU."""
    return any(word in devices.lower() for word in GPU_WORDS)


def device_words(provenance: Sequence[Mapping[str, str]]) -> str:
    """Describe the device that trained a run, such as "on the processor (Intel Xeon, 2 threads)".

    Return an empty string if the device is unknown.

    Parameters
    ----------
    provenance
        The result of `core.worker.training.provenance` for each process that trained a part of the run.
    """
    if not provenance or not provenance[-1].get("devices"):
        return ""
    last = provenance[-1]
    if is_accelerated(last["devices"]):
        return f"on a GPU ({last['devices']})"
    threads = last.get("threads", "")
    parts = [last.get("processor", ""), f"{threads} thread{'' if threads == '1' else 's'}" if threads else ""]
    known = ", ".join(part for part in parts if part)
    return f"on the processor ({known})" if known else "on the processor"
