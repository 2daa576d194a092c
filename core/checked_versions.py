"""A warning if the installed version of a library was not tested with the dashboard's patches of this library."""

import logging
from importlib.metadata import version


def warn_if_unchecked(package: str, checked: tuple[str, ...]) -> None:
    """Log a warning if the installed version of a package is not among the versions that were checked.

    Parameters
    ----------
    package
        The name under which the package is installed.
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
