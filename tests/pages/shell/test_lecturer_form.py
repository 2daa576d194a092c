"""The lecturer's form: wrong tokens are answered slowly, one after the other, and the right one at once."""

import asyncio
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.types import Message

from core.lecturer_token import token
from pages.frame import routes


def request(sent: str) -> Request:
    """A request with this token in its form."""

    async def receive() -> Message:
        return {"type": "http.request", "body": f"token={quote(sent)}".encode(), "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/lecturer", "query_string": b"", "headers": [], "scheme": "http"}
    return Request({**scope, "server": ("here", 80)}, receive)


@pytest.mark.deep
def test_wrong_tokens_wait_for_each_other_and_the_right_one_does_not(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WRONG_TOKEN_SECONDS", 0.2)
    monkeypatch.setattr(routes, "_WRONG_TOKENS", asyncio.Lock())
    ends: dict[str, float] = {}

    async def post(name: str, sent: str) -> int:
        status = (await routes.become_lecturer(request(sent))).status_code
        ends[name] = time.monotonic()
        return status

    async def all_at_once() -> list[int]:
        wrong = (post(f"wrong {number}", "x" * 20) for number in range(3))
        return await asyncio.gather(*wrong, post("right", token()))

    began = time.monotonic()
    assert asyncio.run(all_at_once()) == [403, 403, 403, 303]
    assert max(ends.values()) - began >= 0.6
    assert ends["right"] < max(ends.values()), "it waits for none of the wrong ones"
