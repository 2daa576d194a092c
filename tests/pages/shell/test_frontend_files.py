"""Streamlit's files from memory, and its HTML page with the style sheet of all pages."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.shell.frontend_files import FOLDER, STYLE, STYLE_NAME, FrontendMiddleware, early_scripts, named_files

pytest.importorskip("httpx", reason="httpx is not installed: pip install -r requirements-login.txt")
from starlette.testclient import TestClient  # noqa: E402 - imports httpx

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
LINK = f'<link rel="stylesheet" href="/{STYLE_NAME}"><div id="root">'


async def page(request: Request) -> Response:
    """Streamlit's page, unless the browser says that it has kept that page."""
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return HTMLResponse((FOLDER / "index.html").read_text(encoding="utf-8"), headers={"ETag": "streamlit's"})


async def form(_request: Request) -> Response:
    return HTMLResponse("<p>a form</p>")


async def words(_request: Request) -> Response:
    return PlainTextResponse('<div id="root">')


@pytest.fixture
def browser() -> TestClient:
    routes = [Route("/load", page), Route("/lecturer", form), Route("/words", words)]
    return TestClient(FrontendMiddleware(Starlette(routes=routes)), headers=BROWSER)


def test_page_names_the_style_sheet_before_what_streamlit_draws_in(browser: TestClient) -> None:
    answer = browser.get("/load")
    assert answer.text.count(LINK) == 1
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_page_is_whole_also_for_who_has_kept_an_older_one(browser: TestClient) -> None:
    answer = browser.get("/load", headers={"If-None-Match": "streamlit's"})
    assert LINK in answer.text
    assert "etag" not in answer.headers, "Streamlit's page has the same one when it names another style sheet"


def test_page_names_the_scripts_of_elements_that_every_page_has(browser: TestClient) -> None:
    page = browser.get("/load").text
    for element in ("BidiComponent", "Button", "Html", "PageLink"):
        [script] = [name for name in early_scripts() if name.startswith(f"static/js/{element}.")]
        assert page.count(f'<link rel="modulepreload" crossorigin href="/{script}">') == 1
        assert "immutable" in browser.get(f"/{script}").headers["cache-control"]
    assert not named_files().intersection(early_scripts()), "Streamlit's page names them already"


def test_other_answers_stay_as_they_are(browser: TestClient) -> None:
    assert browser.get("/lecturer").text == "<p>a form</p>"
    assert browser.get("/words").text == '<div id="root">'
    assert browser.get("/load", headers={"Accept": "application/json", "If-None-Match": "streamlit's"}).status_code == 304


def test_style_sheet_and_streamlits_files_are_kept_by_browsers(browser: TestClient) -> None:
    sheet = browser.get(f"/{STYLE_NAME}")
    assert sheet.content == STYLE
    assert sheet.headers["content-type"].startswith("text/css")
    script = next(name for name in named_files() if name.endswith(".js"))
    for answer in (sheet, browser.get(f"/{script}")):
        assert "immutable" in answer.headers["cache-control"]
