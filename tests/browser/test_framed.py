"""The dashboard in a frame of a course page of another site, in a browser that blocks the cookies of other sites."""

import subprocess
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from pages.shell.middleware import FRAME_ANCESTORS, HOSTS
from tests.browser.browser_steps import PATIENCE_MILLISECONDS
from tests.browser.chromium import FLAGS, find_chromium
from tests.server import Server, serve

COURSE = "https://course.test/week-1"
NAME = "layers.test"
NO_OTHERS_COOKIES = (
    "--test-third-party-cookie-phaseout",
    "--disable-features=LocalNetworkAccessChecks",
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
)
CERTIFICATE = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -keyout key.pem -out certificate.pem"

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def secure_server(tmp_path_factory: pytest.TempPathFactory, fashion_mnist: str) -> Iterator[Server]:
    """A server with https that the course page may frame."""
    folder = tmp_path_factory.mktemp("framed")
    subprocess.run(["openssl", *CERTIFICATE.split()], cwd=folder, check=True, capture_output=True)
    files = {"CERT": "certificate.pem", "KEY": "key.pem"}
    https = {f"STREAMLIT_SERVER_SSL_{which}_FILE": str(folder / file) for which, file in files.items()}
    site = COURSE.rpartition("/")[0]
    with serve(folder / "home", **https, **{HOSTS: NAME, FRAME_ANCESTORS: site}) as server:
        yield server


@pytest.fixture
def student(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps no cookies of other sites than the one in its address bar, unless they are partitioned."""
    strict = browser.browser_type.launch(executable_path=find_chromium(), args=[*FLAGS, *NO_OTHERS_COOKIES])
    context = strict.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    strict.close()


def framed(student: BrowserContext, server: Server, path: str) -> tuple[Page, FrameLocator]:
    """The course page, with a page of the dashboard in it."""
    port = server.url.rpartition(":")[2]
    frame = f'<iframe src="https://{NAME}:{port}/{path}" title="Layer by Layer" width="1200" height="800"></iframe>'
    page = student.new_page()
    page.route(COURSE, lambda route: route.fulfill(body=f"<title>Week 1</title>{frame}", content_type="text/html"))
    page.goto(COURSE)
    return page, page.frame_locator("iframe")


def test_work_is_kept_when_the_course_page_is_loaded_again(student: BrowserContext, secure_server: Server) -> None:
    page, dashboard = framed(student, secure_server, "load")
    rail = dashboard.locator(".st-key-rail-load-here")
    expect(rail).to_contain_text("Fashion-MNIST")
    dashboard.get_by_role("radio", name="Digits").click()
    expect(rail).to_contain_text("Digits, 1,293 images")
    kept = [cookie for cookie in student.cookies() if cookie["name"] == "visitor"]
    page.reload()
    expect(rail).to_contain_text("Digits, 1,293 images")
    assert [cookie for cookie in student.cookies() if cookie["name"] == "visitor"] == kept
    assert len(kept) == 1


def test_pictures_are_uploaded_within_the_frame(student: BrowserContext, secure_server: Server) -> None:
    pictures = BytesIO()
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype="uint8")
    np.savez(pictures, images=images, labels=np.arange(60) % 3)
    _page, dashboard = framed(student, secure_server, "own")
    file = {"name": "my pictures.npz", "mimeType": "application/zip", "buffer": pictures.getvalue()}
    dashboard.get_by_text("A NumPy file (.npz)").click()
    expect(dashboard.get_by_text("pets.zip")).to_have_count(0)  # the field for zip files is gone
    dashboard.locator("input[type=file]").set_input_files(file)
    expect(dashboard.locator(".st-key-card-found")).to_contain_text("Pictures")
