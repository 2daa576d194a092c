"""What axe-core finds on a page, without what is Streamlit's own."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

IMPACTS = ("critical", "serious", "moderate", "minor")
OPTIONS = {"resultTypes": ["violations"]}


@dataclass(frozen=True)
class StreamlitsOwn:
    """A finding that this project cannot mend."""

    rule: str  # of axe-core
    within: str  # a CSS selector: the element or one that holds it
    reason: str


STREAMLITS_OWN = (
    StreamlitsOwn(
        "presentation-role-conflict",
        '[data-testid="stFileUploaderDropzone"]',
        "Streamlit labels the drop zone and says that it is none; the button within it has the name and the focus.",
    ),
)
INSIDE = """([target, within]) => {
    let root = document;
    for (const selector of target.slice(0, -1)) root = root.querySelector(selector)?.shadowRoot ?? root;
    const element = root.querySelector(target.at(-1));
    return Boolean(element && (element.closest(within) || root.host?.closest(within)));
}"""


def findings(page: Page) -> list[dict[str, str]]:
    """What axe finds on a page: rule, impact, where and why of each element; see STREAMLITS_OWN for what is left out."""
    found = []
    for violation in Axe().run(page, options=OPTIONS).response["violations"]:
        for node in violation["nodes"]:
            target = [one for part in node["target"] for one in (part if isinstance(part, list) else [part])]
            if _is_streamlits(page, violation["id"], target):
                continue
            checks = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
            found.append(
                {
                    "rule": violation["id"],
                    "impact": str(node["impact"] or violation["impact"]),
                    "where": " >>> ".join(target),
                    "html": node["html"][:300],
                    "why": "; ".join(checks),
                }
            )
    return found


def _is_streamlits(page: Page, rule: str, target: list[str]) -> bool:
    known = [one.within for one in STREAMLITS_OWN if one.rule == rule]
    return any(page.evaluate(INSIDE, [target, within]) for within in known)
