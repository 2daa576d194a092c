"""How quickly the app answers a person, measured in Chromium on the real server:

    python -m tests.benchmarks.responses [--against COMMIT] [--repeats 5] [--only start,train]

Measures, section by section: start to first paint, pictures and ready engine; Train to the first point, and Stop; the time
after a killed trainer; edits of 40 layers; memory; and a page that watches a run. With --against, another commit takes turns
with the working tree, and the table has the ratio by pairs: times of one machine say little, ratios say more. The last lines
are the table, in Markdown.
"""

import os
import time
from types import MappingProxyType

from playwright.sync_api import sync_playwright

from tests.benchmarks import builder, pixels, starts, steered_runs
from tests.benchmarks.measurements import Measurements
from tests.benchmarks.versions import parser, versions
from tests.browser.chromium import open_browser

SECTIONS = MappingProxyType(
    {
        "start": starts.measure_starts,
        "train": steered_runs.measure_runs,
        "killed": steered_runs.measure_killed,
        "edit": builder.measure_edits,
        "memory": starts.measure_memory,
        "pixels": pixels.measure_pixels,
    }
)


def main() -> None:
    arguments = parser(__doc__, tuple(SECTIONS))
    given = arguments.parse_args()
    chosen = given.only.split(",") if given.only else list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        arguments.error(f"no such section: {', '.join(sorted(unknown))}")
    with versions(given.against) as compared, sync_playwright() as playwright:
        browser = open_browser(playwright)
        found = Measurements(compared)
        try:
            for name in chosen:
                started = time.monotonic()
                print(f"-- {name}, load {os.getloadavg()[0]:.1f}", flush=True)
                SECTIONS[name](browser, compared, given.repeats, found)
                print(f"-- {name} took {time.monotonic() - started:.0f} s", flush=True)
        finally:  # where a version fails, or somebody presses Ctrl-C, the table has what was measured until then
            print(found.table())
        browser.close()


if __name__ == "__main__":
    main()
