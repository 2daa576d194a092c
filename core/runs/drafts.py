"""The drafts: the experiment that each visitor edits, with its undo history and whether the code drawer is open."""

import json
import logging
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sql

from core.catalogue.datasets import default_data_set
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, loads
from core.experiment.templates import lecture_experiment
from core.problems import ProblemError
from core.runs.schema import DRAFTS, LOCKS

UNDO_STEPS = 100
CACHED_DRAFTS = 64  # drafts in memory
_WHOLE = DRAFTS.select().where(DRAFTS.c.visitor == sql.bindparam("visitor"))
_NOW = _WHOLE.with_only_columns(DRAFTS.c.experiment, DRAFTS.c.code_open)
# Cached, since a page reads its draft and its runs several times. Experiments are frozen.
read_experiment = lru_cache(maxsize=256)(loads)


@dataclass(frozen=True)
class Draft:
    """An experiment that a visitor is editing, with its undo history."""

    experiment: Experiment
    undo: tuple[str, ...] = ()  # earlier experiments as JSON, newest last
    redo: tuple[str, ...] = ()  # experiments that were undone, newest last
    code_open: bool = False  # whether the drawer of code is open

    @property
    def before(self) -> Experiment | None:
        """The experiment before the last change, or None if nothing can be undone."""
        return read_experiment(self.undo[-1]) if self.undo else None


@dataclass(frozen=True)
class Lock:
    """The parts of a draft that a lecturer's link locks or hides for the visitor who opened the link."""

    locked: tuple[str, ...]  # parts of the experiment, by field
    hidden: tuple[str, ...]  # parts that pages hide
    what: str  # the opened link, in words
    before: str  # the draft that the link replaced, as JSON; "" for none


class DraftQueries:
    """The methods of `RunDatabase` that store the drafts of visitors."""

    _engine: sql.Engine

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, Draft]] = OrderedDict()  # by visitor: the last draft, with its text
        self._locks: WeakValueDictionary[str, Any] = WeakValueDictionary()  # of visitors who change their drafts now
        self._locks_guard = threading.Lock()

    def draft(self, visitor: str) -> Draft | None:
        """Return a visitor's draft. Return None if no draft is stored, or none of its experiments can be read."""
        which = {"visitor": visitor}
        with self._engine.connect() as connection:
            now = connection.execute(_NOW, which).one_or_none()
        text, draft = self._known.get(visitor, ("", None))
        if now is not None and draft is not None and (text, draft.code_open) == (now.experiment, bool(now.code_open)):
            return draft
        with self._engine.connect() as connection:
            row = connection.execute(_WHOLE, which).one_or_none()
        if row is None:
            return None
        draft = _from_row(row.experiment, _steps(row.undo), _steps(row.redo), code_open=bool(row.code_open))
        return draft and self._remember(visitor, row.experiment, draft)

    def current(self, visitor: str) -> Draft:
        """Return a visitor's draft. For a new visitor, store and return the lecture's experiment on the default data set.

        If the disk is full, the draft is not stored, so that a new visitor can still look at all pages.
        """
        if (known := self.draft(visitor)) is not None:
            return known
        first = lecture_experiment(default_data_set())
        try:
            return self.edit_draft(visitor, first)
        except (sql.exc.DBAPIError, OSError) as error:
            logging.getLogger("dashboard").warning("a first draft could not be kept: %s", getattr(error, "orig", error))
            return Draft(first)

    def edit_lock(self, visitor: str) -> Any:
        """Return the lock that guards a visitor's draft, since two browser tabs may change the draft at once.

        Take the lock around code that computes the new draft from the old draft. A thread that holds the lock can take the
        lock again, as each method that changes the draft does.
        """
        with self._locks_guard:
            return self._locks.setdefault(visitor, threading.RLock())

    def _remember(self, visitor: str, text: str, draft: Draft) -> Draft:
        """Cache a draft, since a page reads the draft a dozen times, and its undo history takes up to half a megabyte."""
        self._known[visitor] = text, draft
        if len(self._known) > CACHED_DRAFTS:
            self._known.popitem(last=False)
        return draft

    def edit_draft(self, visitor: str, experiment: Experiment) -> Draft:
        """Replace the experiment of a visitor's draft, and return the new draft. `undo` restores the old experiment.

        Raises
        ------
        ProblemError
            The experiment could not be read back after writing. Nothing was changed.
        """
        _refuse_unreadable(experiment)
        with self.edit_lock(visitor):
            old = self.draft(visitor)
            if old is None:
                return self._save_draft(visitor, Draft(experiment))
            if dumps(old.experiment) == dumps(experiment):  # 1 and True are equal, and differ here
                return old
            undo = (*old.undo, dumps(old.experiment))[-UNDO_STEPS:]
            return self._save_draft(visitor, Draft(experiment, undo, (), old.code_open))

    def undo(self, visitor: str) -> Draft | None:
        """Undo a visitor's last change, and return the draft. Return None if the visitor has no draft."""
        with self.edit_lock(visitor):
            old = self.draft(visitor)
            if old is None or not old.undo:
                return old
            redo = (*old.redo, dumps(old.experiment))
            earlier = read_experiment(old.undo[-1])
            return self._save_draft(visitor, Draft(earlier, _from_readable(old.undo[:-1]), redo, old.code_open))

    def redo(self, visitor: str) -> Draft | None:
        """Redo the change that was undone last, and return the draft. Return None if the visitor has no draft."""
        with self.edit_lock(visitor):
            old = self.draft(visitor)
            if old is None or not old.redo:
                return old
            undo = (*old.undo, dumps(old.experiment))
            later = read_experiment(old.redo[-1])
            return self._save_draft(visitor, Draft(later, undo, _from_readable(old.redo[:-1]), old.code_open))

    def fold_code(self, visitor: str, code_open: bool) -> None:
        """Store whether a visitor's code drawer is open."""
        with self._engine.begin() as connection:
            connection.execute(DRAFTS.update().where(DRAFTS.c.visitor == visitor).values(code_open=code_open))

    def lock(self, visitor: str) -> Lock | None:
        """Return the parts of a visitor's draft that a lecturer's link locks. Return None if no parts are locked."""
        with self._engine.connect() as connection:
            row = connection.execute(LOCKS.select().where(LOCKS.c.visitor == visitor)).one_or_none()
        if row is None:
            return None
        try:
            content = json.loads(row.content)
            texts = {name: str(content[name]) for name in ("what", "before")}
            return Lock(tuple(map(str, content["locked"])), tuple(map(str, content["hidden"])), **texts)
        except (ValueError, KeyError, TypeError):  # a damaged row: the draft itself is still readable
            return None

    def set_lock(self, visitor: str, lock: Lock | None) -> None:
        """Lock parts of a visitor's draft, and unlock all parts that were locked before. None only unlocks."""
        with self._engine.begin() as connection:
            connection.execute(LOCKS.delete().where(LOCKS.c.visitor == visitor))
            if lock is not None:
                connection.execute(LOCKS.insert().values(visitor=visitor, content=json.dumps(asdict(lock))))

    def _save_draft(self, visitor: str, draft: Draft) -> Draft:
        values = {
            "experiment": dumps(draft.experiment),
            "undo": json.dumps(draft.undo),
            "redo": json.dumps(draft.redo),
            "code_open": draft.code_open,
        }
        with self._engine.begin() as connection:
            if not connection.execute(DRAFTS.update().where(DRAFTS.c.visitor == visitor).values(**values)).rowcount:
                connection.execute(DRAFTS.insert().values(visitor=visitor, **values))
        return self._remember(visitor, str(values["experiment"]), draft)


def _refuse_unreadable(experiment: Experiment) -> None:
    """Raise ProblemError if an experiment cannot be read back from its own JSON."""
    try:
        read_experiment(dumps(experiment))
    except ProblemError as error:
        problem = replace(error.problem, code="cannot-be-kept", fix="Nothing was changed. Make it smaller, and do it again.")
        raise ProblemError(problem) from None


def _from_row(text: str, undo: tuple[str, ...], redo: tuple[str, ...], *, code_open: bool) -> Draft | None:
    """Read a draft. If the experiment is unreadable, return the newest readable experiment of the undo history, or None.

    The JSON may be unreadable if written by an earlier version of the dashboard, or by a person.
    """
    for now, earlier in [(text, undo), *((undo[index], undo[:index]) for index in reversed(range(len(undo))))]:
        try:
            return Draft(read_experiment(now), _from_readable(earlier), _from_readable(redo), code_open)
        except ProblemError as error:
            logging.getLogger("dashboard").warning("a draft cannot be read: %s The text was: %s", error, now)
    return None


def _steps(text: str) -> tuple[str, ...]:
    """Return the experiments of an undo history, each as JSON. Return an empty tuple if the history is damaged."""
    try:
        steps = json.loads(text)
    except ValueError:
        return ()
    return tuple(step for step in steps if isinstance(step, str)) if isinstance(steps, list) else ()


def _from_readable(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return an undo history without the unreadable experiments at its end."""
    for index in reversed(range(len(texts))):
        try:
            read_experiment(texts[index])  # only the next step: reading all steps would take long
        except ProblemError:
            continue
        return texts[: index + 1]
    return ()
