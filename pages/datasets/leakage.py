"""The card about leakage: test pictures that are in the training set too, and the button that leaves them out."""

import re

import pandas as pd
import streamlit as st

from core.application import application
from core.datasets.upload_checks import without_leaks
from core.datasets.upload_report import Named, Report
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell import session

COLUMNS = 3
COLUMN_NAMES = ("Test picture", "Training picture", "They are")
LEFT_OUT = "own-leaks-left-out"  # in session state: when the upload was read whose leaks are left out


def leak_card(report: Report) -> bool:
    """Draw the card about test pictures that are in the training set too. Return whether the visitor leaves them out.

    Parameters
    ----------
    report
        The report of the upload.
    """
    if not report.leaks.count:
        return False
    left_out = st.session_state.get(LEFT_OUT) == application().uploads.read_at(session.visitor())
    count, num_test = report.leaks.count, sum(report.test)
    with st.container(border=True, key="card-leaks"):
        st.header(f"{count:,} of {num_test:,} test pictures {'is' if count == 1 else 'are'} in the training set too")
        kinds = ((count - report.leaks_near, "the very same"), (report.leaks_near, "nearly the same"))
        words_of_kinds = " and ".join(f"{number:,} {kind}" for number, kind in kinds if number)
        st.markdown(
            f"{words_of_kinds.capitalize()}. A network knows them when it is tested, so that the test looks better than "
            "it is."
        )
        _pairs()
        with st.expander("All of them by name", icon=":material/list:"):
            if count > len(report.leaks.examples):
                st.caption(f"The first {len(report.leaks.examples):,} of {count:,}.")
            table = pd.DataFrame(report.leaks.examples, columns=COLUMN_NAMES)
            st.dataframe(table, hide_index=True, key="leaks-table")
        if left_out:
            _left_out(report)
        else:
            _offer(count)
    return left_out


def _offer(count: int) -> None:
    them = "this one" if count == 1 else f"these {count:,}"
    st.button(f"Leave {them} out of the test set", key="own-leave-leaks", icon=":material/healing:", on_click=_leave_out)
    st.caption("Unless you do, the test set stays as it is; the choices below can take the training pictures away instead.")


def _left_out(report: Report) -> None:
    count, remaining = report.leaks.count, sum(without_leaks(report).test)
    rest = (
        f"the test set keeps {remaining:,}"
        if remaining
        else "nothing is left of the test set, so that a new test set is split off"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check: {count:,} left out: {rest}. All training pictures stay.", width="content")
        st.button("Undo", key="own-keep-leaks", icon=":material/undo:", on_click=_keep)


def _pairs() -> None:
    """Draw some of the leaked pairs: each test picture beside the same or a similar training picture."""
    pairs = application().uploads.leak_examples(session.visitor())
    for start in range(0, len(pairs), COLUMNS):
        for number, column in enumerate(st.columns(COLUMNS)):
            if start + number < len(pairs):
                test, train, likeness = pairs[start + number]
                with column, st.container(border=True, key=f"card-leak-{start + number}"):
                    items = [_item(test, "test", likeness), _item(train, "training", likeness)]
                    picture_grid(items, key=f"leak-pictures-{start + number}", size=96, columns=2)


def _item(picture: Named, set_name: str, likeness: str) -> dict[str, str]:
    name, pixels = picture
    short = re.sub(r"(?<=[/_ ])", "\u200b", "/".join(name.split("/")[-2:]))  # long names break there
    return picture_item(set_name, pixels, f"{set_name}: {name}, {likeness}", caption=f"in the {set_name} set", detail=short)


def _leave_out() -> None:
    st.session_state[LEFT_OUT] = application().uploads.read_at(session.visitor())


def _keep() -> None:
    st.session_state.pop(LEFT_OUT, None)
