"""What computed a run: the processor, or a graphics processor (GPU)."""

from collections.abc import Mapping, Sequence

GPU_WORDS = ("gpu", "cuda", "mps", "tpu")  # how Keras and its backends name devices that are no processor


def is_accelerated(devices: str) -> bool:
    """Whether the devices that a run's provenance lists, such as "cpu:0, gpu:0", hold more than a processor."""
    return any(word in devices.lower() for word in GPU_WORDS)


def device_words(provenance: Sequence[Mapping[str, str]]) -> str:
    """What computed a run, in words: "on the processor (Intel Xeon, 2 threads)"; "" where it was not recorded.

    Parameters
    ----------
    provenance
        One entry for each process that trained a part, as `core.worker.training.provenance` returns it.
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
