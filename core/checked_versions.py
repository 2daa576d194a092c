"""Warn where a patch of a library meets a version that it was not checked on."""

import logging
from importlib.metadata import version


def warn_if_unchecked(package: str, checked: tuple[str, ...]) -> None:
    """Log a warning where the installed version of a package is not among those that were checked.

    Parameters
    ----------
    package
        The name that the package is installed by.
    checked
        The versions on which the contract tests of its patches passed.
    """
    if (installed := version(package)) not in checked:
        logging.getLogger(__name__).warning(
            "%s %s is installed. The dashboard was checked with %s: install that version if something fails.",
            package,
            installed,
            " and ".join(checked),
        )
