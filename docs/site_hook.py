"""Add the pages at the top of the project to the site that `mkdocs build` makes of docs/.

MkDocs reads only the files of docs/. README.md and its neighbours stand above that folder, where people look for them first.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PROJECT = Path(__file__).parent.parent
AT_THE_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give the site the files at the top, beside those of docs/."""
    for name in AT_THE_TOP:
        files.append(File(name, str(PROJECT), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, **_page: object) -> str:
    """Let links between the top and docs/ lead within one folder, which the site has instead of two."""
    return re.sub(r"\]\((?:\.\./|docs/)", "](", markdown)
