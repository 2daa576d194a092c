"""A middleware that refuses new pages with an explanation while the server is full."""

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core import open_files
from pages.shell.middleware import LECTURER_COOKIE

LECTURER_FORM = "/lecturer"  # the end of its path, which a proxy may begin
WEBSOCKET_REFUSED = 1013  # "try again later" (RFC 6455's registry)
RETRY_SECONDS = 30


class FullServerMiddleware:
    """A middleware that refuses new pages (status 503) once nearly all open files of the process are in use.

    Pages that are open already, the lecturer's pages and the form for the lecturer's token still work.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _opens_a_page(scope) or open_files.has_room() or _is_lecturer(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": WEBSOCKET_REFUSED})
        else:
            headers = {"retry-after": str(RETRY_SECONDS), "connection": "close"}
            await PlainTextResponse(_words(), 503, headers)(scope, receive, send)


def _opens_a_page(scope: Scope) -> bool:
    if scope["type"] == "http":
        if scope["path"].endswith(LECTURER_FORM):
            return False
        return "text/html" in HTTPConnection(scope).headers.get("accept", "")
    return bool(scope["type"] == "websocket")


def _is_lecturer(scope: Scope) -> bool:
    from core.lecturer_token import is_token  # imported here, so that no start of the server waits

    return is_token(HTTPConnection(scope).cookies.get(LECTURER_COOKIE, ""))


def _words() -> str:
    return (
        f"This dashboard is full: {open_files.used():,} of its {open_files.limit() or 0:,} open files are in use.\n"
        "Expected room for one more page.\n"
        "Close pages that you do not need, and reload this page in a minute. "
        "Whoever runs the server can allow more open files.\n"
    )
