"""The stream: history first, nothing missed, nothing twice."""

import asyncio
import json
import sys
import threading
import tracemalloc
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from core.analysis.curves import MAXIMUM_POINTS
from core.run_events import DRAWN
from core.runs.event_stream import FRAMES_KEPT, SEND_EVERY_SECONDS, TOPICS_KEPT, EventStreams

SECONDS = 180.0  # only a stream that hangs takes longer
LONG = 100_000  # events of a long run
KINDS = {20: "sample", 30: "state", 40: "sample", 49: "epoch"}  # by the step in an epoch; all other events are batches


def run(coroutine: Coroutine) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, SECONDS))


def event(step: int) -> dict:
    return {"kind": "batch", "step": step}


def frames(text: str) -> list[tuple[int, dict]]:
    """The ids and contents in the text that a browser receives."""
    found = []
    for frame in text.split("\n\n")[:-1]:
        first, second = frame.split("\n")
        found.append((int(first.removeprefix("id: ")), json.loads(second.removeprefix("data: "))))
    return found


async def everything(stream: AsyncIterator[str]) -> str:
    return "".join([text async for text in stream])


def test_late_follower_gets_the_history_first() -> None:
    streams = EventStreams()
    for step in range(3):
        streams.publish("run", event(step))
    streams.finish("run")
    received = frames(run(everything(streams.follow("run"))))
    assert received == [(2, {"kind": "history", "events": [event(0), event(1), event(2)]})]


def test_follower_of_a_new_topic_gets_an_empty_history_and_then_each_event() -> None:
    async def follow() -> list[tuple[int, dict]]:
        streams = EventStreams()
        stream = streams.follow("run")
        received = await anext(stream)
        for step in range(3):
            streams.publish("run", event(step))
            received += await anext(stream)
        streams.finish("run")
        return frames(received + await everything(stream))

    assert run(follow()) == [(-1, {"kind": "history", "events": []}), *((step, event(step)) for step in range(3))]


@pytest.mark.parametrize(("after", "missed"), [(-1, [0, 1, 2, 3]), (0, [1, 2, 3]), (2, [3]), (3, [])])
def test_follower_that_lost_the_connection_gets_what_was_missed(after: int, missed: list[int]) -> None:
    streams = EventStreams()
    for step in range(4):
        streams.publish("run", event(step))
    streams.finish("run")
    received = frames(run(everything(streams.follow("run", after))))
    assert received == [(step, event(step)) for step in missed]


@pytest.mark.parametrize("after", [99, -7])
def test_follower_with_a_strange_id_gets_the_history(after: int) -> None:
    streams = EventStreams()
    streams.publish("run", event(0))
    streams.finish("run")
    assert frames(run(everything(streams.follow("run", after))))[0][1]["kind"] == "history"


def test_two_followers_on_one_loop_get_the_same_at_once() -> None:
    async def follow() -> list[str]:
        streams, texts = EventStreams(), ["", ""]
        grown = asyncio.Event()

        async def one(number: int) -> None:
            async for text in streams.follow("run"):
                texts[number] += text
                grown.set()

        tasks = [asyncio.create_task(one(number)) for number in range(2)]
        for step in range(20):
            while any(len(frames(text)) < step + 1 for text in texts):  # both have all so far
                grown.clear()
                await grown.wait()
            await asyncio.sleep(0)  # both wait again
            streams.publish("run", event(step))
        streams.finish("run")
        await asyncio.gather(*tasks)
        return texts

    first, second = run(follow())
    assert first == second
    assert [number for number, _ in frames(first)] == [-1, *range(20)]


def test_events_from_another_thread_arrive_in_order() -> None:
    async def follow(count: int) -> list[tuple[int, dict]]:
        streams = EventStreams()

        def publish() -> None:
            for step in range(count):
                streams.publish("run", event(step))
            streams.finish("run")

        stream = streams.follow("run")
        received = await anext(stream)
        thread = threading.Thread(target=publish)
        thread.start()
        received += await everything(stream)
        thread.join()
        return frames(received)

    assert run(follow(2_000))[1:] == [(step, event(step)) for step in range(2_000)]


def test_topics_are_apart() -> None:
    streams = EventStreams()
    streams.publish("a", event(1))
    streams.publish("b", event(2))
    streams.finish("a")
    assert frames(run(everything(streams.follow("a"))))[0][1]["events"] == [event(1)]


def test_history_is_thinned_but_keeps_its_place() -> None:
    streams = EventStreams()
    for step in range(5_000):
        streams.publish("run", event(step))
    streams.finish("run")
    ((number, history),) = frames(run(everything(streams.follow("run"))))
    assert number == 4_999
    assert len(history["events"]) == MAXIMUM_POINTS
    assert history["events"][-1] == event(4_999)


def test_close_ends_all_streams() -> None:
    async def follow() -> list[str]:
        streams = EventStreams()
        tasks = [asyncio.create_task(everything(streams.follow(name))) for name in ("a", "a", "b")]
        await asyncio.sleep(0)
        streams.publish("a", event(0))
        streams.close()
        return await asyncio.gather(*tasks)

    assert all(text.startswith("id: -1\n") for text in run(follow()))


def test_quiet_stream_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.event_stream.PING_EVERY_SECONDS", 0.02)

    async def follow() -> list[str]:
        streams = EventStreams()
        stream = streams.follow("run")
        received = [await anext(stream) for _ in range(3)]
        streams.publish("run", event(0))
        return [*received, await anext(stream)]

    received = run(follow())
    assert received[1:3] == [": still here\n\n"] * 2
    assert frames(received[3]) == [(0, event(0))]


def test_restored_topic_is_followed_as_if_it_had_been_here() -> None:
    streams = EventStreams()
    streams.restore("run", [event(0), event(1)], finished=True)
    streams.restore("run", [event(9)], finished=False)  # the topic is known already
    assert frames(run(everything(streams.follow("run")))) == [(1, {"kind": "history", "events": [event(0), event(1)]})]


def test_oldest_finished_topics_are_forgotten() -> None:
    streams = EventStreams()
    streams.publish("going on", event(0))
    for number in range(TOPICS_KEPT + 3):
        streams.publish(str(number), event(0))
        streams.finish(str(number))
    assert streams.has("going on")
    assert not streams.has("2")
    assert streams.has("3")


# Long runs and slow browsers


def look(step: int) -> dict:
    return {"kind": "look", "step": step, "cells": ["x" * 1_000]}


def test_newcomer_gets_the_last_look_alone_and_who_was_away_too() -> None:
    async def follow() -> tuple[list, list, list]:
        streams = EventStreams()
        watcher = streams.follow("run")
        seen = frames(await anext(watcher))
        for step in range(3):
            streams.publish("run", event(step))
            streams.publish("run", look(step))
            seen += frames(await anext(watcher))
        streams.finish("run")
        await watcher.aclose()
        return seen, frames(await everything(streams.follow("run"))), frames(await everything(streams.follow("run", 0)))

    seen, newcomer, returned = run(follow())
    assert [one for _, one in seen if one["kind"] == "look"] == [look(0), look(1), look(2)], "a follower sees each"
    assert newcomer == [(5, {"kind": "history", "events": [event(0), event(1), event(2), look(2)]})]
    assert returned == [(2, event(1)), (4, event(2)), (5, look(2))]


@pytest.mark.deep
def test_looks_of_a_long_run_take_the_memory_of_one() -> None:
    streams = EventStreams()
    streams.publish("run", look(0))
    tracemalloc.start()
    for step in range(5_000):
        streams.publish("run", look(step))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 500_000, "each is a thousand letters long"


def test_finished_topic_that_is_opened_again_goes_on() -> None:
    async def follow() -> tuple[list, list]:
        streams = EventStreams()
        streams.publish("run", event(0))
        streams.finish("run")
        before = await everything(streams.follow("run"))
        streams.reopen("run")
        stream = streams.follow("run", 0)
        following = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)  # the stream waits, and has not ended
        streams.publish("run", event(1))
        received = await following
        streams.finish("run")
        return frames(before), frames(received + await everything(stream))

    before, after = run(follow())
    assert before == [(0, {"kind": "history", "events": [event(0)]})]
    assert after == [(1, event(1))]
    EventStreams().reopen("unknown")


def test_events_that_come_soon_after_each_other_are_sent_together() -> None:
    async def follow() -> tuple[list[str], float]:
        streams = EventStreams()
        stream = streams.follow("run")
        chunks = [await anext(stream)]
        started = asyncio.get_running_loop().time()
        streams.publish("run", event(0))
        chunks.append(await anext(stream))  # the first frame at once
        following = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        for step in range(1, 20):  # no await between them, in which a busy machine could let the time pass
            streams.publish("run", event(step))
        chunks.append(await following)
        return chunks, asyncio.get_running_loop().time() - started

    (_, first, second), seconds = run(follow())
    assert frames(first) == [(0, event(0))]
    assert frames(second) == [(step, event(step)) for step in range(1, 20)]
    assert seconds >= SEND_EVERY_SECONDS * 0.9


@pytest.fixture(scope="module")
def long() -> EventStreams:
    """A run of very many batches, with samples, ends of epochs and states between them."""
    streams = EventStreams()
    streams.publish("run", {"kind": "start"})
    for step in range(LONG):
        streams.publish("run", {"kind": KINDS.get(step % 50, "batch"), "step": step, "epoch": step / 50})
    streams.finish("run")
    return streams


@pytest.mark.deep
def test_history_of_a_long_run_is_bounded_and_even(long: EventStreams) -> None:
    ((number, history),) = frames(run(everything(long.follow("run"))))
    assert number == LONG
    events = history["events"]
    assert events[0] == {"kind": "start"}
    for kind in DRAWN:
        steps = [one["step"] for one in events if one["kind"] == kind]
        assert MAXIMUM_POINTS * 0.8 <= len(steps) <= MAXIMUM_POINTS
        assert steps == sorted(set(steps))
        assert steps[0] < 100 and steps[-1] >= LONG - 50
        gaps = [after - before for before, after in zip(steps, steps[1:], strict=False)]
        assert max(gaps) < 4 * LONG / MAXIMUM_POINTS, "the beginning is drawn as well as the end"
    assert sum(one["kind"] == "state" for one in events) == 1


@pytest.mark.deep
def test_old_frames_are_dropped_and_recent_ones_kept(long: EventStreams) -> None:
    received = frames(run(everything(long.follow("run", LONG - FRAMES_KEPT))))
    assert [number for number, _ in received] == list(range(LONG - FRAMES_KEPT + 1, LONG + 1))
    assert [one["step"] for _, one in received] == list(range(LONG - FRAMES_KEPT, LONG))
    for after in (-1, 0, LONG - 2 * FRAMES_KEPT - 1):
        ((number, history),) = frames(run(everything(long.follow("run", after))))
        assert (number, history["kind"]) == (LONG, "history"), "what it missed is not kept"


@pytest.mark.deep
def test_memory_of_a_topic_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.event_stream.FRAMES_KEPT", 200)
    monkeypatch.setattr("core.runs.event_stream.EVENTS_KEPT", 400)

    def size(count: int) -> int:
        streams = EventStreams()
        tracemalloc.start()
        for step in range(count):
            streams.publish("run", event(step))
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return taken

    assert size(6_000) < 2 * size(1_000)


def test_follower_that_falls_behind_gets_the_history_again() -> None:
    async def follow() -> tuple[list, list, list]:
        streams = EventStreams()
        stream = streams.follow("run")
        streams.publish("run", event(0))
        received = [await anext(stream)]
        for step in range(1, 3 * FRAMES_KEPT):  # while the browser takes nothing
            streams.publish("run", event(step))
        received.append(await anext(stream))
        streams.publish("run", event(3 * FRAMES_KEPT))
        received.append(await anext(stream))
        return tuple(frames(text) for text in received)

    first, second, third = run(follow())
    assert first[0][1] == {"kind": "history", "events": []} or first[0][1]["events"] == [event(0)]
    ((number, history),) = second
    assert (number, history["kind"]) == (3 * FRAMES_KEPT - 1, "history")
    assert history["events"][-1] == event(3 * FRAMES_KEPT - 1)
    assert third == [(3 * FRAMES_KEPT, event(3 * FRAMES_KEPT))]


def test_points_that_a_resume_overtakes_vanish_from_the_history() -> None:
    streams = EventStreams()
    points = [{"kind": "batch", "step": step, "epoch": step / 10} for step in range(1, 26)]
    resumed = {"kind": "resumed", "step": 20, "epoch": 2.0}
    for one in (*points, resumed, points[20]):
        streams.publish("run", one)
    streams.finish("run")
    ((number, history),) = frames(run(everything(streams.follow("run"))))
    assert number == 26
    assert history["events"] == [*points[:20], resumed, points[20]]


@pytest.mark.deep
def test_nothing_comes_twice_to_whoever_begins_while_events_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.event_stream.SEND_EVERY_SECONDS", 0.0)
    streams, enough, room = EventStreams(), threading.Event(), threading.Semaphore(0)
    at_once = FRAMES_KEPT // 4  # events: who is too slow for more of them than are kept gets the history once more

    def publish() -> None:
        step = 0
        while room.acquire() and not enough.is_set():
            streams.publish("run", event(step))
            step += 1
        streams.finish("run")

    async def begin() -> None:
        for _ in range(60):
            while room.acquire(blocking=False):  # the remainder of the last round
                pass
            stream = streams.follow("run")
            room.release(at_once)
            ((number, history),) = frames(await anext(stream))
            assert not history["events"] or history["events"][-1]["step"] == number
            room.release(at_once)
            following = frames(await anext(stream))
            assert [step for step, _ in following] == [one["step"] for _, one in following]
            assert following[0][0] == number + 1
            await stream.aclose()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads meet where they seldom would
    thread = threading.Thread(target=publish)
    thread.start()
    try:
        run(begin())
    finally:
        enough.set()
        room.release()
        thread.join()
        sys.setswitchinterval(interval)
