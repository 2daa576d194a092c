"""Links carry the whole experiment, and a hostile link is refused with a message before unpacking."""

import base64
import hashlib
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.catalogue.datasets import DATASETS
from core.experiment.json_text import MAXIMUM_BYTES
from core.experiment.model import Layer
from core.experiment.serialization import dumps
from core.experiment.share_links import HIDEABLE, LOCKABLE, MAXIMUM_CHARACTERS, Link, locked_changes, read, write
from core.experiment.templates import TEMPLATES
from core.problems import Problem, ProblemError
from tests.core.sample_experiments import LECTURE, RESIDUAL, template, with_compile, with_fit

SHORT = write(Link(LECTURE))
LOCKS = Link(LECTURE, ("data", "compile"), ("code",))
OLD_TOKEN = "token-of-a-lecturer"
OLD_LINK = (  # of LOCKS, signed by version 0.2.0 with that token
    "1.9aba1406.eNqNkc1OwzAQhN9lzwYlRUgoN1TEC3BEVbR1Numq_pPtlJYo7866FKjSCyfL49lv7PEEB4qJvYOmVtBhRmim85ooQwMdD5wTKAh8JJNE"
    "qe5q2eaI7Fq2OJCIbjRGwQENy6TA2hQMy3h1X88KDJ4kA5r3CbgTQm8wZ3JCcWhJhNdfAeMwWnKS2EzzrC4DO-66a_8LuUQLN4yuXLSpV09yoDMfzjc"
    "RdyQzwh_MjzmM-Z-wasFKvs8Wj4LbKNDeBjZU_D5ktvxJsWwu4OcO7ZJrCKNjN7QRM5V-qqqeS0U-pavRt4Ax0Vo8g4-s0ayjGAQSfTjd1gSWsti-K_"
    "5J13qMqG_dG_H35XMmoOD1TtRHBVvMetcmeQI0DysFiUjKkudLuNmi3hf4pvj0nlzpUT4s-dgb_yER1ncllI7SlpTzBUzQylo.data-compile.code"
    ".ZInED14-m48cHzI7oOqAsQ"
)


def packed(content: bytes) -> str:
    """A link of any content, its checksum right."""
    return sealed(base64.urlsafe_b64encode(content).decode().rstrip("="))


def sealed(text: str) -> str:
    return f"1.{zlib.crc32(text.encode()):08x}.{text}"


def refused(text: str) -> Problem:
    with pytest.raises(ProblemError) as caught:
        read(text)
    assert len(str(caught.value)) < 1_000 and str(caught.value).encode("utf-8")
    return caught.value.problem


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_link_carries_each_template_whole(name: str, dataset: str) -> None:
    experiment = with_fit(template(name, dataset), seed=4_294_967_295, epochs=7)
    text = write(Link(experiment))
    assert read(text) == Link(experiment)
    assert len(text) < 2_000, "it fits into any message"


def test_link_carries_graphs_and_schedules() -> None:
    rate = {"name": "ExponentialDecay", "arguments": {"initial_learning_rate": 0.01}}
    planned = with_compile(RESIDUAL, optimizer={"name": "SGD", "arguments": {"learning_rate": rate, "momentum": 0.9}})
    assert read(write(Link(planned))).experiment == planned


def test_link_is_nothing_but_letters_digits_and_three_signs() -> None:
    assert set(write(LOCKS)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_experiment_too_long_for_a_link_is_refused_with_the_way_around() -> None:
    ids = (
        base64.urlsafe_b64encode(hashlib.sha256(bytes([number])).digest()).decode()[:40] for number in range(200)
    )  # nothing to compress
    layers = tuple(Layer("Flatten", id=one) for one in ids)
    with pytest.raises(ProblemError) as caught:
        write(Link(replace(LECTURE, layers=layers)))
    assert caught.value.problem.code == "link-too-long"
    assert caught.value.problem.fix == "Share it as a .json file instead."


BOMB = zlib.compress(b" " * 4_000_000, 9)
HOSTILE = {
    "nothing": ("", "is no link of this dashboard"),
    "null": ("null", "is no link of this dashboard"),
    "words": ("open sesame", "is no link of this dashboard"),
    "json itself": (dumps(LECTURE), "is no link of this dashboard"),
    "newer": ("2" + SHORT[1:], "version '2'"),
    "another version by far": ("9" * 400 + SHORT[1:], "version '999"),
    "too long": ("1." + "a" * MAXIMUM_CHARACTERS, "has 8,002 characters"),
    "ten megabytes": ("1." + "a" * 10_000_000, "has 10,000,002 characters"),
    "cut off": (SHORT[:-1], "its checksum does not fit"),
    "cut off early": (SHORT[:14], "its checksum does not fit"),
    "one letter changed": (SHORT[:30] + ("A" if SHORT[30] != "A" else "B") + SHORT[31:], "its checksum does not fit"),
    "not base64": ("1.00000000.%$#", "its checksum does not fit"),
    "characters of other scripts": ("1.00000000.٣\ud800", "its checksum does not fit"),
    "half a byte": (sealed("AAAAA"), "cannot be unpacked"),
    "not compressed": (packed(b"hello"), "cannot be unpacked"),
    "compressed and cut off": (packed(zlib.compress(dumps(LECTURE).encode())[:-9]), "is not whole"),
    "more behind it": (packed(zlib.compress(dumps(LECTURE).encode()) + b"more"), "is not whole"),
    "zip bomb": (packed(BOMB), "unpacks to more than"),
    "empty": (packed(zlib.compress(b"")), "is empty"),
    "null inside": (packed(zlib.compress(b"null")), "is null"),
    "brackets": (packed(zlib.compress(b"[" * 100_000)), "nested 100,000 deep"),
    "not UTF-8": (packed(zlib.compress(b"\xff\xfa")), "is not UTF-8"),
    "NaN": (packed(zlib.compress(b'{"version":1,"fit":{"epochs":NaN}}')), "NaN is no number"),
    "1e999": (packed(zlib.compress(b'{"version":1,"data":{"validation_split":1e999}}')), "too large"),
    "duplicate keys": (packed(zlib.compress(b'{"version":1,"version":1}')), "stands twice"),
    "unknown layer": (packed(zlib.compress(b'{"version":1,"layers":[{"name":"Lambda"}]}')), "'Lambda'"),
    "newer inside": (packed(zlib.compress(b'{"version":2}')), "version 2"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_link_is_refused_in_one_message(kind: str) -> None:
    text, words = HOSTILE[kind]
    assert words in str(refused(text))


def test_bomb_is_refused_before_it_goes_off() -> None:
    assert len(packed(BOMB)) < MAXIMUM_CHARACTERS
    started = time.thread_time()
    tracemalloc.start()
    refused(packed(BOMB))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MAXIMUM_BYTES, "the bomb itself has 4,000,000 bytes"
    assert time.thread_time() - started < 0.5


def test_lecturers_link_carries_its_locks() -> None:
    assert read(write(LOCKS)) == LOCKS
    everything = Link(LECTURE, LOCKABLE, HIDEABLE)
    assert read(write(everything)) == everything


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(".data-compile.", ".data."),
        lambda text: text.replace(".data-compile.", ".data-compile-layers."),
        lambda text: text.rpartition(".")[0] + ".",
        lambda text: text[:-1],
        lambda text: SHORT + ".data..",
        lambda text: SHORT + ".data.\ud800." + "a" * 22,
    ],
    ids=["less", "more", "no signature", "cut off", "unsigned", "half a character"],
)
def test_locks_that_the_lecturer_did_not_sign_are_refused(change: Callable[[str], str]) -> None:
    assert "not signed by this dashboard's lecturer" in str(refused(change(write(LOCKS))))


def test_locks_of_another_lecturer_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = write(LOCKS)
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", "somebody else's token")
    assert "not signed" in str(refused(theirs))


def test_link_that_an_earlier_version_signed_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", OLD_TOKEN)
    assert read(OLD_LINK) == LOCKS
    assert write(LOCKS).rpartition(".")[2] == OLD_LINK.rpartition(".")[2], "and the earlier version opens new ones"


def test_locked_changes_names_what_differs() -> None:
    longer = with_fit(LECTURE, epochs=9)
    assert locked_changes(LECTURE, longer, ("data", "layers")) == ()
    assert locked_changes(LECTURE, longer, LOCKABLE) == ("fit",)
