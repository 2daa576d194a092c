"""The documentation holds together: every page is in the navigation of the site, and every link leads somewhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
CONFIGURATION = PROJECT / "mkdocs.yml"
AT_THE_TOP = sorted(PROJECT.glob("*.md"))
PAGES = [*AT_THE_TOP, *sorted(DOCS.rglob("*.md"))]
BLOCK = r"^ *(`{3,}).*?^ *\1$"  # four backticks hold blocks of three
CODE = re.compile(rf"{BLOCK}|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FOREIGN = ("https://", "http://", "mailto:")


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def navigation() -> list[str]:
    """The files that `nav` of mkdocs.yml names, in order."""
    (nav,) = re.findall(r"^nav:\n((?: .*\n)+)", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
    return re.findall(r"^ *- [^:\n]+: (\S+\.md)$", nav, re.MULTILINE)


def added_by_hook() -> tuple[str, ...]:
    """The files at the top of the project that the hook adds to the site; read from its code, since it imports MkDocs."""
    tree = ast.parse((DOCS / "site_hook.py").read_text(encoding="utf-8"))
    (value,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [one.id for one in node.targets if isinstance(one, ast.Name)] == ["AT_THE_TOP"]
    ]
    return ast.literal_eval(value)


@cache
def prose(page: Path) -> str:
    """The text of a page without its code, in which brackets are no links and # begins no heading."""
    return CODE.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    whole = re.sub(BLOCK, "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", whole, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings)


def links(page: Path) -> Iterator[str]:
    """The links of a page that stay within the project."""
    yield from (target for target in LINK.findall(prose(page)) if not target.startswith(FOREIGN))


def test_navigation_names_every_page_once() -> None:
    assert sorted(navigation()) == sorted(
        [path.name for path in AT_THE_TOP] + [name(path)[5:] for path in DOCS.rglob("*.md")]
    )


def test_hook_adds_the_pages_at_the_top() -> None:
    added = added_by_hook()
    assert {path.name for path in AT_THE_TOP} <= set(added)
    assert all((PROJECT / one).is_file() for one in added)
    assert not {path.name for path in DOCS.iterdir()} & set(added), "two pages of the site would have one address"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists() and path.is_relative_to(PROJECT), f"{name(page)} links to {link}, which does not exist"
        assert not anchor or anchor in anchors(path), f"{name(page)} links to {link}, but {name(path)} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_what_the_site_holds(page: Path) -> None:
    """A page of the site links to pages, pictures and files that the site has too."""
    for link in links(page):
        path = (page.parent / link.partition("#")[0]).resolve() if not link.startswith("#") else page
        assert path.is_relative_to(DOCS) or path.name in added_by_hook(), f"{name(page)} links to {link}"


def test_each_page_has_one_title() -> None:
    titles = {name(page): re.findall(r"^# (.+)$", prose(page), re.MULTILINE) for page in PAGES}
    assert {page: found for page, found in titles.items() if len(found) != 1} == {}
    assert len({found[0] for found in titles.values()}) == len(PAGES)


def top(file: str) -> str:
    return (PROJECT / file).read_text(encoding="utf-8")


def test_version_is_the_same_everywhere() -> None:
    (version,) = re.findall(r'^version = "([\d.]+)"$', top("pyproject.toml"), re.MULTILINE)
    newest, day = re.findall(r"^## ([\d.]+) - ([\d-]+)$", top("CHANGELOG.md"), re.MULTILINE)[0]
    assert re.findall(r"^version: (.+)$", top("CITATION.cff"), re.MULTILINE) == [version] == [newest]
    assert re.findall(r"^date-released: (.+)$", top("CITATION.cff"), re.MULTILINE) == [day]


def test_changelog_has_versions_from_new_to_old_with_known_headings() -> None:
    versions = re.findall(r"^## ([\d.]+) - \d{4}-\d\d-\d\d$", top("CHANGELOG.md"), re.MULTILINE)
    numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert numbers == sorted(set(numbers), reverse=True) and len(numbers) >= 2
    headings = set(re.findall(r"^### (.+)$", top("CHANGELOG.md"), re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_pre_commit_runs_the_pinned_ruff() -> None:
    (pin,) = re.findall(r"^ruff==\S+$", top("requirements.txt"), re.MULTILINE)
    hooks = top(".pre-commit-config.yaml")
    assert set(re.findall(r"ruff==[\d.]+", hooks)) == {pin}
    assert re.findall(r"entry: ruff (\w+)", hooks) == ["check", "format"]


@pytest.mark.parametrize(("workflow", "command"), [("ci", "bash .ci/run"), ("deep", "bash .ci/deep")])
def test_hosted_ci_calls_one_command_and_holds_no_secret(workflow: str, command: str) -> None:
    text = top(f".github/workflows/{workflow}.yml")
    assert re.findall(r"run: (.+)$", text, re.MULTILINE) == [command]
    assert "secrets." not in text
