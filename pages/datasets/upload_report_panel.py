"""The report on an upload as cards: faults, conversions, class balance and copies, and the form of the new data set."""

from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.application import application
from core.catalogue.datasets import DATASETS, data_set
from core.datasets import user_datasets
from core.datasets.duplicates import MOST_COMPARED
from core.datasets.image_files import fit_to_square, stretch_to_white
from core.datasets.upload_checks import is_dark, small_classes, upload_problems, warnings, without_leaks
from core.datasets.upload_report import EXAMPLES, Finding, Report
from core.datasets.upload_state import UploadOptions, UploadState
from core.datasets.user_datasets import MAKE
from core.number_text import quantity
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.datasets.leakage import leak_card
from pages.shell import session
from pages.shell.colours import TEST, TRAINING
from pages.shell.messages import escape_markdown, show_problem
from pages.widgets.charts import chart
from pages.widgets.parameter import session_widget

WHITE = 255
COLUMNS = ("File", "Reason")
RULES = {
    "crop": "Crop: the shorter side is brought to this size, and the middle is cut out.",
    "pad": "Pad: the longer side is brought to this size, and the rest is filled with black.",
    "stretch": "Stretch: both sides are brought to this size; a picture that is not square is distorted.",
}


def show_report(report: Report, now: UploadState) -> None:
    """Draw the report, and below the report the form that makes a data set."""
    if now.problem is not None:
        show_problem(now.problem, "own")
    _summary(report)
    bad, renumber = _faults(report)
    leaked = leak_card(report)
    remaining = without_leaks(report) if leaked else report
    small = _balance(remaining, is_refused=now.problem is not None and now.problem.code == "class-too-small")
    copies, near = _copies(remaining, in_both=not leaked)
    white = _conversions(report)
    left_out = {"leave_bad_out": bad, "leave_leaks_out": leaked, "leave_small_out": small}
    left_out |= {"drop_copies": copies, "drop_near": near}
    _make(
        report,
        remaining,
        UploadOptions(now.title or "My pictures", 0, "", "", 0.0, white=white, renumber=renumber, **left_out),
    )


def _summary(report: Report) -> None:
    with st.container(border=True, key="card-found"):
        st.header("What was found")
        facts = [
            ("Pictures", f"{report.num_good:,}"),
            ("Classes", f"{len(report.classes):,}"),
            ("Cannot be used", f"{report.bad.count:,}"),
            ("Read in", f"{report.seconds:.1f} s"),
        ]
        with st.container(horizontal=True):
            for title, value in facts:
                st.metric(title, value)
        for note in report.notes:
            st.markdown(escape_markdown(note))
        if report.others:
            plural = "" if report.others == 1 else "s"
            st.caption(f"{report.others:,} other file{plural}, such as texts: not looked at.")


def _faults(report: Report) -> tuple[bool, bool]:
    """Draw the unusable files, and labels that do not count from 0.

    Return whether to leave these files out and whether to renumber the labels.
    """
    leave_bad = renumber = False
    if report.bad.count:
        with st.container(border=True, key="card-bad"):
            st.header(f"{quantity(report.bad.count, 'file')} cannot be used")
            rows = [[escape_markdown(str(text)) for text in row] for row in report.bad.examples]
            st.table(pd.DataFrame(rows, columns=COLUMNS), hide_index=True)  # long texts continue in the next line
            if report.bad.count > len(report.bad.examples):
                st.caption(f"The first {len(report.bad.examples)} of {report.bad.count:,}.")
            leave_bad = st.toggle("Leave them out", key="own-leave-bad")
    if report.renumbered:
        with st.container(border=True, key="card-renumber"):
            st.header("The labels are not 0, 1, 2, …")
            table = pd.DataFrame(
                [(value, number, name) for number, (value, name) in enumerate(report.renumbered)],
                columns=("In the file", "Here", "Class"),
            )
            st.dataframe(table, hide_index=True, key="renumbered")
            renumber = st.toggle("Number them anew", key="own-renumber")
    return leave_bad, renumber


def _balance(report: Report, *, is_refused: bool) -> bool:
    """Draw the number of pictures of each class. Return whether the visitor leaves out classes that are too small.

    Parameters
    ----------
    report
        The report of the upload.
    is_refused
        Whether the last attempt failed because a class became too small without its copies.
    """
    with st.container(border=True, key="card-own-balance"):
        st.header("Class balance")
        figure = go.Figure()
        figure.add_bar(x=report.classes, y=report.train, name="training and validation", marker_color=TRAINING)
        if report.has_test:
            pattern = {"shape": "x", "fgcolor": "white", "fillmode": "overlay", "solidity": 0.2}
            figure.add_bar(x=report.classes, y=report.test, name="test", marker={"color": TEST, "pattern": pattern})
        figure.update_layout(
            height=260,
            margin={"l": 0, "r": 0, "t": 10, "b": 0},
            legend={"orientation": "h", "y": 1.15},
            xaxis={"type": "category"},
            yaxis={"title": "pictures", "tickformat": ","},
        )
        low, high = min(report.train), max(report.train)
        words = f"each class has {low:,}" if low == high else f"the classes have {low:,} to {high:,}"
        chart(figure, key="own-balance-chart", words=f"Balance: {words} pictures.")
        for words in warnings(report):
            st.warning(escape_markdown(words), icon=":material/balance:")
        small = small_classes(report)
        if (small or is_refused) and len(report.classes) - len(small) >= 2:
            return st.toggle("Leave classes with too few pictures out", key="own-leave-small")
        return False


def _copies(report: Report, *, in_both: bool) -> tuple[bool, bool]:
    """Draw pictures that occur more than once. Return whether to drop copies, and whether to drop near copies.

    Parameters
    ----------
    report
        The report of the upload.
    in_both
        Whether test pictures that are also in the training set stay in the test set.
    """
    findings = (
        ("The same picture twice", report.copies, ("Picture", "Same as")),
        ("In two classes", report.contradictions, ("Picture", "Same as", "Class", "Class of the other")),
        ("Nearly the same", report.near, ("Picture", "Nearly the same as")),
    )
    both = "; of pictures in both sets, the test picture"
    same, near = (report.leaks.count - report.leaks_near, report.leaks_near) if in_both else (0, 0)  # pictures in both sets
    with st.container(border=True, key="card-copies"):
        st.header("Pictures that are there twice")
        if not any(finding.count for _, finding, _ in findings):
            words = "None" if report.near_compared == report.near_total else "None that are the very same"
            st.markdown(f"{words}{' within a set' if report.has_test else ''}.")
        for title, finding, columns in findings:
            if finding.count:
                _pairs(title, finding, columns)
        if words := _not_compared(report):
            st.warning(words, icon=":material/content_copy:")
        drop_copies, drop_near = True, False
        if report.copies.count or report.near.count:
            st.caption("Pictures that a network has learned by heart must not judge the network.")
        if report.copies.count or same:
            drop_copies = st.toggle(f"Take each picture once{both if same else ''}", value=True, key="own-drop-copies")
        if report.near.count or near:
            held_out = (
                "or all in the validation set; the data set's own test set stays unchanged"
                if report.has_test
                else "all in the validation set, or all in the test set"
            )
            st.caption(f"Those that stay are kept together: all to learn from, {held_out}.")
            drop_near = st.toggle(
                f"Of nearly equal pictures, take a single picture{both if near else ''}", key="own-drop-near"
            )
        return drop_copies, drop_near


def _not_compared(report: Report) -> str:
    """Return a warning if not all pictures were compared for near copies. Return an empty string if all were compared."""
    if report.near_compared == report.near_total:
        return ""
    if not report.near_compared:
        return (
            f"Pictures that are nearly the same were not looked for: there are {report.near_total:,}, and for more than "
            f"{MOST_COMPARED:,} that takes too much memory. Upload fewer to have them compared."
        )
    return (
        f"Only {report.near_compared:,} of {report.near_total:,} different pictures were compared with each other: so many "
        "of them are alike that all would take too long. Leave pictures out that hardly differ, and upload the others again."
    )


def _pairs(title: str, finding: Finding, columns: tuple[str, ...]) -> None:
    with st.expander(f"{title}: {finding.count:,}", icon=":material/content_copy:"):
        # Two columns of a table cannot have the same name.
        st.dataframe(pd.DataFrame(finding.examples, columns=columns), hide_index=True, key=f"pairs-{title}")


def _conversions(report: Report) -> int:
    """Draw the sizes and kinds of the pictures, and their conversions. Return the pixel value that becomes white."""
    with st.container(border=True, key="card-conversions"):
        st.header("Sizes and kinds")
        if report.one_size:
            st.markdown(f"All pictures have {_size(report.one_size)} pixels.")
        else:
            st.markdown(
                f"{report.num_sizes:,} sizes, from {_size(report.smallest)} to {_size(report.largest)} pixels; the most "
                f"frequent: {', '.join(f'{width} × {height} ({count:,})' for width, height, count in report.sizes[:4])}."
            )
        st.markdown("Kinds: " + ", ".join(f"{escape_markdown(mode)} {count:,}" for mode, count in report.modes) + ".")
        for words, count in report.conversions:
            st.markdown(f"- {count:,}: {escape_markdown(words)}")
        if not is_dark(report):
            return WHITE
        st.warning(
            f"All pictures are dark: the brightest pixel of all is {report.brightest} of {WHITE}. A network learns slowly "
            "from numbers that small.",
            icon=":material/brightness_low:",
        )
        words = f"Make them brighter: {report.brightest} becomes {WHITE}, and all others in proportion"
        return report.brightest if st.toggle(words, key="own-brighten") else WHITE


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]:,} × {size[1]:,}"


def _make(report: Report, remaining: Report, choices: UploadOptions) -> None:
    """Draw the form of the new data set: name, size, colour and split, with pictures before and after the conversion.

    Parameters
    ----------
    report
        The report of all pictures that were read.
    remaining
        The report of the pictures that the choices above leave.
    choices
        The choices made so far.
    """
    with st.container(border=True, key="card-make"):
        st.header("Make a data set")
        left, right = st.columns(2)
        with left:
            title = st.text_input(
                "Name", value=_unused_title(choices.title), max_chars=user_datasets.LONGEST_NAME, key="own-title"
            )
            side = session_widget(replace(MAKE["side"], default=_suggested_side(report)), "own-side")
            colour = "grey" if report.num_grey == report.num_good else "colour"
            colour = session_widget(replace(MAKE["colour"], default=colour), f"own-colour-{colour}")
        with right:
            rule = session_widget(MAKE["rule"], "own-rule")
            st.caption(RULES[rule])
            share = MAKE["test_share"].default
            if remaining.has_test:
                st.caption("The upload brings its own test set.")
            else:
                share = session_widget(MAKE["test_share"], "own-test-share")
        choices = replace(choices, title=title, side=side, rule=rule, colour=colour, test_share=share)
        _before_and_after(report, choices)
        problems = upload_problems(remaining, choices)
        for number, problem in enumerate(problems):
            show_problem(problem, f"own-make-{number}")
        with st.container(horizontal=True):
            st.button(
                "Make the data set",
                key="own-make",
                icon=":material/check:",
                disabled=bool(problems),
                help=problems[0].happened if problems else None,
                on_click=_begin,
                args=(choices,),
            )
            new_upload_button("Bring other pictures", ":material/delete:")


def new_upload_button(label: str, icon: str) -> None:
    """Draw the button that removes the upload, so that other pictures can be uploaded. Finished data sets stay.

    Parameters
    ----------
    label, icon
        The label and the icon of the button.
    """
    st.button(label, key="own-clear", icon=icon, on_click=application().uploads.clear, args=(session.visitor(),))


def _unused_title(title: str) -> str:
    """Return the title. Append a number if another data set of the visitor has the same title."""
    known = {data_set(name).title.casefold() for name in (*DATASETS, *user_datasets.data_sets_of(session.visitor()))}
    names = [title, *(f"{title[: user_datasets.LONGEST_NAME - 5]} {number}" for number in range(2, len(known) + 3))]
    return next(name for name in names if name.casefold() not in known)


def _suggested_side(report: Report) -> int:
    """Return the suggested size of the new images: the pictures' own size if all are small squares, or else 32 pixels."""
    width, height = report.one_size or (0, 0)
    return width if width == height and user_datasets.SMALLEST_SIDE <= width <= user_datasets.LARGEST_SIDE else 32


def _begin(choices: UploadOptions) -> None:
    with session.catch_refusal():
        application().uploads.make(session.visitor(), choices)


def _before_and_after(report: Report, choices: UploadOptions) -> None:
    """Draw some pictures before and after conversion. The pictures whose shape is furthest from a square come first."""
    items = []
    for number, (name, pixels) in enumerate(application().uploads.examples(session.visitor())):
        after = fit_to_square(
            stretch_to_white(pixels, choices.white), choices.side, choices.rule, is_grey=choices.colour == "grey"
        )
        small = f"{choices.side}\u00a0×\u00a0{choices.side}"  # in one row, however narrow
        for words, image in (("before", pixels), (f"after: {small}", after)):
            items.append(picture_item(f"{number}-{words[:5]}", image, f"{name}, {words}", caption=words))
    picture_grid(items, key="own-before-after", size=96, columns=2 * EXAMPLES)
