"""Work that belongs to an account, where the operator set up a login."""

import hashlib

import pytest
from streamlit.runtime.context import ContextProxy

from core.experiment.edits import set_value
from core.experiment.templates import lecture_experiment
from core.runs import manager
from pages.shell import login_bar
from tests.pages.conftest import DIGITS, Open
from tests.pages.screen import Screen

ADA = {"is_logged_in": True, "iss": "https://login.example.org", "sub": "4711", "name": "Ada *Lovelace*"}
ADAS_NAME = "account-" + hashlib.sha256(b'["https://login.example.org", "4711"]').hexdigest()[:32]
UNITS = ("layers", "hidden", "arguments", "units")
AUTH = {
    "redirect_uri": "https://layers.example.org/oauth2callback",
    "cookie_secret": "long and random",
    "client_id": "layers",
    "client_secret": "secret",
    "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}


def with_login(screen: Screen) -> Screen:
    """The page of a server whose operator set up a login."""
    screen.app.secrets["auth"] = AUTH
    return screen.run()


def logged_in(screen: Screen, **claims: object) -> Screen:
    screen.app.user = {**ADA, **claims}
    return with_login(screen)


def test_nothing_is_shown_where_no_login_is_set_up(open_screen: Open) -> None:
    assert not open_screen("define").has("account")


def test_login_is_offered_and_says_whose_work_it_is(open_screen: Open) -> None:
    screen = with_login(open_screen("define"))
    assert "this browser" in screen.text("account")
    assert screen.has_button("log-in")
    logged_in(screen)
    assert "Lovelace" in screen.text("account")
    assert screen.has_button("log-out")
    assert not screen.has_button("log-in")


def test_account_has_the_same_work_in_every_browser(open_screen: Open) -> None:
    at_home = logged_in(open_screen("define", visitor="at home"))
    at_home.build("select", layer="hidden").put("/".join(UNITS), 16)
    at_school = logged_in(open_screen("define", visitor="at school"))
    assert shown_units(at_school) == 16
    assert shown_units(logged_in(open_screen("define"), sub="4712")) == 128, "another account"
    assert shown_units(logged_in(open_screen("define"), iss="https://other.example.org")) == 128, "of another issuer"
    assert shown_units(open_screen("define")) == 128, "without a login"


def shown_units(screen: Screen) -> object:
    return screen.build("select", layer="hidden").widget("/".join(UNITS)).value


def test_first_login_brings_the_draft_of_the_browser_along(open_screen: Open) -> None:
    mine = set_value(DIGITS, UNITS, 16)
    assert shown_units(logged_in(open_screen("define", mine, visitor="ada"))) == 16
    assert shown_units(logged_in(open_screen("define", lecture_experiment("digits"), visitor="school"))) == 16, (
        "only the first"
    )


def test_cookie_made_by_hand_opens_no_account(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch, installed: manager.Runs
) -> None:
    logged_in(open_screen("define")).build("select", layer="hidden").put("/".join(UNITS), 16)
    assert installed.database.draft(ADAS_NAME) is not None
    monkeypatch.setattr(ContextProxy, "cookies", {"visitor": ADAS_NAME})
    assert shown_units(open_screen("define", visitor=None)) == 128


@pytest.mark.parametrize("lacking", ["is_logged_in", "iss", "sub"])
def test_half_a_login_is_none(open_screen: Open, lacking: str) -> None:
    assert "this browser" in logged_in(open_screen("define"), **{lacking: ""}).text("account")


def test_login_without_its_package_says_what_to_install(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_bar, "find_spec", lambda name: None)
    button = with_login(open_screen("define")).button("log-in")
    assert button.disabled
    assert "requirements-login.txt" in button.help
