"""The accessibility problems that axe-core finds on a page, without the problems of Streamlit's own elements."""

from collections.abc import Sequence
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

IMPACTS = ("critical", "serious", "moderate", "minor")
OPTIONS = {"resultTypes": ["violations"], "preload": False}  # no rule that is on looks at style sheets
OF_COLOURS = ("color-contrast", "link-in-text-block")  # the rules that a page can keep in one theme and break in the other


@dataclass(frozen=True)
class StreamlitsOwn:
    """A finding in an element of Streamlit, which this project cannot mend."""

    rule: str  # the rule of axe-core
    within: str  # a CSS selector of the element or of an element around it
    reason: str


STREAMLITS_OWN = (
    StreamlitsOwn(
        "presentation-role-conflict",
        '[data-testid="stFileUploaderDropzone"]',
        "Streamlit labels the drop zone and says that it is none; the button within it has the name and the focus.",
    ),
    StreamlitsOwn(
        "region",
        "[data-st-overlay-root]",
        "Streamlit draws the help of a focused button outside all landmarks; aria-describedby ties the help to its button.",
    ),
)
INSIDE = """([target, within]) => {
    let root = document;
    for (const selector of target.slice(0, -1)) root = root.querySelector(selector)?.shadowRoot ?? root;
    const element = root.querySelector(target.at(-1));
    return Boolean(element && (element.closest(within) || root.host?.closest(within)));
}"""


def findings(page: Page, rules: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return the findings of axe-core on a page, except STREAMLITS_OWN: rule, impact, position and reason for each element.

    Parameters
    ----------
    page
        The page.
    rules
        The rules to check, or an empty sequence for all rules.
    """
    found = []
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    axe = Axe("null") if page.evaluate("'axe' in window") else Axe()  # which a page keeps until it is loaded anew
    for violation in axe.run(page, options=OPTIONS | only).response["violations"]:
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
