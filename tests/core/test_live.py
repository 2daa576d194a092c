"""The stream: history first, nothing missed, nothing twice."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from core.curves import MAXIMUM_POINTS
from core.live import TOPICS_KEPT, Live

SECONDS = 10.0  # no stream here may take longer


def run(coroutine: Coroutine) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, SECONDS))


def event(step: int) -> dict:
    return {"kind": "batch", "step": step}


def frames(text: str) -> list[tuple[int, dict]]:
    """The ids and contents in what a browser receives."""
    found = []
    for frame in text.split("\n\n")[:-1]:
        first, second = frame.split("\n")
        found.append((int(first.removeprefix("id: ")), json.loads(second.removeprefix("data: "))))
    return found


async def everything(stream: AsyncIterator[str]) -> str:
    return "".join([text async for text in stream])


def test_late_follower_gets_the_history_first() -> None:
    live = Live()
    for step in range(3):
        live.publish("run", event(step))
    live.finish("run")
    received = frames(run(everything(live.follow("run"))))
    assert received == [(2, {"kind": "history", "events": [event(0), event(1), event(2)]})]


def test_follower_of_a_new_topic_gets_an_empty_history_and_then_each_event() -> None:
    async def follow() -> list[tuple[int, dict]]:
        live = Live()
        stream = live.follow("run")
        received = await anext(stream)
        for step in range(3):
            live.publish("run", event(step))
            received += await anext(stream)
        live.finish("run")
        return frames(received + await everything(stream))

    assert run(follow()) == [(-1, {"kind": "history", "events": []}), *((step, event(step)) for step in range(3))]


@pytest.mark.parametrize(("after", "missed"), [(-1, [0, 1, 2, 3]), (0, [1, 2, 3]), (2, [3]), (3, [])])
def test_follower_that_lost_the_connection_gets_what_was_missed(after: int, missed: list[int]) -> None:
    live = Live()
    for step in range(4):
        live.publish("run", event(step))
    live.finish("run")
    received = frames(run(everything(live.follow("run", after))))
    assert received == [(step, event(step)) for step in missed]


@pytest.mark.parametrize("after", [99, -7])
def test_follower_with_a_strange_id_gets_the_history(after: int) -> None:
    live = Live()
    live.publish("run", event(0))
    live.finish("run")
    assert frames(run(everything(live.follow("run", after))))[0][1]["kind"] == "history"


def test_two_followers_on_one_loop_get_the_same_at_once() -> None:
    async def follow() -> list[str]:
        live, texts = Live(), ["", ""]
        grown = asyncio.Event()

        async def one(number: int) -> None:
            async for text in live.follow("run"):
                texts[number] += text
                grown.set()

        tasks = [asyncio.create_task(one(number)) for number in range(2)]
        for step in range(20):
            while any(len(frames(text)) < step + 1 for text in texts):  # both have all so far
                grown.clear()
                await asyncio.wait_for(grown.wait(), 2.0)
            await asyncio.sleep(0)  # both wait again
            live.publish("run", event(step))
        live.finish("run")
        await asyncio.gather(*tasks)
        return texts

    first, second = run(follow())
    assert first == second
    assert [number for number, _ in frames(first)] == [-1, *range(20)]


def test_events_from_another_thread_arrive_in_order() -> None:
    async def follow(count: int) -> list[tuple[int, dict]]:
        live = Live()

        def publish() -> None:
            for step in range(count):
                live.publish("run", event(step))
            live.finish("run")

        stream = live.follow("run")
        received = await anext(stream)
        thread = threading.Thread(target=publish)
        thread.start()
        received += await everything(stream)
        thread.join()
        return frames(received)

    assert run(follow(2_000))[1:] == [(step, event(step)) for step in range(2_000)]


def test_topics_are_apart() -> None:
    live = Live()
    live.publish("a", event(1))
    live.publish("b", event(2))
    live.finish("a")
    assert frames(run(everything(live.follow("a"))))[0][1]["events"] == [event(1)]


def test_history_is_thinned_but_keeps_its_place() -> None:
    live = Live()
    for step in range(5_000):
        live.publish("run", event(step))
    live.finish("run")
    ((number, history),) = frames(run(everything(live.follow("run"))))
    assert number == 4_999
    assert len(history["events"]) == MAXIMUM_POINTS
    assert history["events"][-1] == event(4_999)


def test_close_ends_all_streams() -> None:
    async def follow() -> list[str]:
        live = Live()
        tasks = [asyncio.create_task(everything(live.follow(name))) for name in ("a", "a", "b")]
        await asyncio.sleep(0)
        live.publish("a", event(0))
        live.close()
        return await asyncio.gather(*tasks)

    assert all(text.startswith("id: -1\n") for text in run(follow()))


def test_quiet_stream_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.live.PING_EVERY_SECONDS", 0.02)

    async def follow() -> list[str]:
        live = Live()
        stream = live.follow("run")
        received = [await anext(stream) for _ in range(3)]
        live.publish("run", event(0))
        return [*received, await anext(stream)]

    received = run(follow())
    assert received[1:3] == [": still here\n\n"] * 2
    assert frames(received[3]) == [(0, event(0))]


def test_restored_topic_is_followed_as_if_it_had_been_here() -> None:
    live = Live()
    live.restore("run", [event(0), event(1)], finished=True)
    live.restore("run", [event(9)], finished=False)  # it is there already
    assert frames(run(everything(live.follow("run")))) == [(1, {"kind": "history", "events": [event(0), event(1)]})]


def test_oldest_finished_topics_are_forgotten() -> None:
    live = Live()
    live.publish("going on", event(0))
    for number in range(TOPICS_KEPT + 3):
        live.publish(str(number), event(0))
        live.finish(str(number))
    assert live.has("going on")
    assert not live.has("2")
    assert live.has("3")
