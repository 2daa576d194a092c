"""The random assignments of visitors: the form of the inventory that comes first, and the variant of a lesson.

Each visitor gets the value that the fewest others have. Among equally rare values, chance decides. So the groups have
equal sizes at any time, and nobody can choose a group. An assignment stays unless the deck loses the assigned variant.
"""

import random
import time
from collections.abc import Mapping, Sequence

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.runs.schema import ABSTENTIONS, ASSIGNMENTS
from core.teaching.deck import Deck

CHANCE = random.SystemRandom()  # nobody can foresee the choice


class Assignments:
    """The random assignments of visitors to forms and variants, stored in the database.

    Parameters
    ----------
    engine
        The engine of the database, from `core.runs.schema.open_file`.
    chance
        The generator that chooses among several values. Tests pass a generator with a seed.
    """

    def __init__(self, engine: sql.Engine, chance: random.Random = CHANCE) -> None:
        self._engine = engine
        self._chance = chance

    def assigned(self, visitor: str, subject: str) -> str | None:
        """Return the value that was assigned to a visitor for a subject. Before the assignment, return None."""
        mine = (ASSIGNMENTS.c.visitor == visitor) & (ASSIGNMENTS.c.what == subject)
        with self._engine.connect() as connection:
            return connection.execute(sql.select(ASSIGNMENTS.c.value).where(mine)).scalar()

    def assign(self, visitor: str, subject: str, values: Sequence[str]) -> str:
        """Assign a value to a visitor, unless they already have a value for this subject.

        Parameters
        ----------
        visitor
            The visitor.
        subject
            The name of a deck with variants, or of the inventory.
        values
            All values that can be assigned.

        Returns
        -------
        str
            The value of this visitor, which stays the same from now on.
        """
        mine = (ASSIGNMENTS.c.visitor == visitor) & (ASSIGNMENTS.c.what == subject)
        counted = sql.select(ASSIGNMENTS.c.value, sql.func.count()).where(ASSIGNMENTS.c.what == subject)
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # two visitors at once are counted in turn
            given = connection.execute(sql.select(ASSIGNMENTS.c.value).where(mine)).scalar() or ""
            if given not in values:  # also if the deck has other variants now
                counts = {value: int(count) for value, count in connection.execute(counted.group_by(ASSIGNMENTS.c.value))}
                given = self._rarest(values, counts)
                row = insert(ASSIGNMENTS).values(visitor=visitor, what=subject, value=given, assigned=time.time())
                new = {"value": given, "assigned": row.excluded.assigned}
                connection.execute(row.on_conflict_do_update(index_elements=["visitor", "what"], set_=new))
            connection.commit()
        return given

    def _rarest(self, values: Sequence[str], counts: Mapping[str, int]) -> str:
        fewest = min(counts.get(value, 0) for value in values)
        return self._chance.choice([value for value in values if counts.get(value, 0) == fewest])

    def all_of(self, subject: str) -> dict[str, str]:
        """Return the values that were assigned for a subject, by visitor."""
        query = sql.select(ASSIGNMENTS.c.visitor, ASSIGNMENTS.c.value).where(ASSIGNMENTS.c.what == subject)
        with self._engine.connect() as connection:
            return {row.visitor: row.value for row in connection.execute(query)}

    def version_of(self, visitor: str, deck: Deck) -> Deck:
        """Return the deck in the variant that is assigned to a visitor. The first call assigns the variant.

        Visitors who do not take part get the usual variant.

        Parameters
        ----------
        visitor
            The visitor.
        deck
            The deck; a deck without variants is returned unchanged.
        """
        if not deck.variants:
            return deck
        if not self.takes_part(visitor):
            return deck.in_variant(deck.variants[0])
        given = self.assigned(visitor, deck.name)
        return deck.in_variant(given if given in deck.variants else self.assign(visitor, deck.name, deck.variants))

    # Who takes part

    def takes_part(self, visitor: str) -> bool:
        """Return whether a visitor takes part in comparisons of variants. Only visitors who opted out do not."""
        return visitor not in self._abstaining(ABSTENTIONS.c.visitor == visitor)

    def take_part(self, visitor: str, does: bool) -> None:
        """Store whether a visitor takes part in comparisons of variants."""
        mine = ABSTENTIONS.delete().where(ABSTENTIONS.c.visitor == visitor)
        out = insert(ABSTENTIONS).values(visitor=visitor).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            connection.execute(mine if does else out)

    def abstaining(self) -> frozenset[str]:
        """Return all visitors who opted out of comparisons."""
        return self._abstaining(sql.true())

    def _abstaining(self, which: sql.ColumnElement[bool]) -> frozenset[str]:
        with self._engine.connect() as connection:
            return frozenset(connection.execute(sql.select(ABSTENTIONS.c.visitor).where(which)).scalars())
