"""What chance chooses for each visitor: the form of the inventory that comes first, and the variant of a lesson.

Each visitor gets what the fewest others have; where several have been given as often, chance decides. So the groups are of
equal size at any time, and nobody can choose a group. What was chosen stays.
"""

import random
import time
from collections.abc import Mapping, Sequence

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.runs.schema import ABSTENTIONS, ASSIGNMENTS
from core.teaching.deck import Deck

CHANCE = random.SystemRandom()  # nobody can foresee it


class Assignments:
    """The assignments of all visitors, in the database.

    Parameters
    ----------
    engine
        Of the database, as `core.runs.schema.open_file` opens it.
    chance
        Chooses among several; tests give one with a seed.
    """

    def __init__(self, engine: sql.Engine, chance: random.Random = CHANCE) -> None:
        self._engine = engine
        self._chance = chance

    def assigned(self, visitor: str, what: str) -> str | None:
        """What a visitor was assigned; None before that."""
        mine = (ASSIGNMENTS.c.visitor == visitor) & (ASSIGNMENTS.c.what == what)
        with self._engine.connect() as connection:
            return connection.execute(sql.select(ASSIGNMENTS.c.value).where(mine)).scalar()

    def assign(self, visitor: str, what: str, values: Sequence[str]) -> str:
        """Assign one of several values to a visitor, unless they have one of them already.

        Parameters
        ----------
        visitor
            The visitor.
        what
            What is assigned: the name of a deck with variants, or of the inventory.
        values
            All values that there are.

        Returns
        -------
        str
            The value of this visitor, from now on the same.
        """
        mine = (ASSIGNMENTS.c.visitor == visitor) & (ASSIGNMENTS.c.what == what)
        counted = sql.select(ASSIGNMENTS.c.value, sql.func.count()).where(ASSIGNMENTS.c.what == what)
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # two visitors at once are counted one after the other
            given = connection.execute(sql.select(ASSIGNMENTS.c.value).where(mine)).scalar() or ""
            if given not in values:  # also where the deck has other variants now
                counts = {value: int(count) for value, count in connection.execute(counted.group_by(ASSIGNMENTS.c.value))}
                given = self._rarest(values, counts)
                row = insert(ASSIGNMENTS).values(visitor=visitor, what=what, value=given, assigned=time.time())
                new = {"value": given, "assigned": row.excluded.assigned}
                connection.execute(row.on_conflict_do_update(index_elements=["visitor", "what"], set_=new))
            connection.commit()
        return given

    def _rarest(self, values: Sequence[str], counts: Mapping[str, int]) -> str:
        fewest = min(counts.get(value, 0) for value in values)
        return self._chance.choice([value for value in values if counts.get(value, 0) == fewest])

    def all_of(self, what: str) -> dict[str, str]:
        """The values of all visitors who were assigned one, by visitor."""
        query = sql.select(ASSIGNMENTS.c.visitor, ASSIGNMENTS.c.value).where(ASSIGNMENTS.c.what == what)
        with self._engine.connect() as connection:
            return {row.visitor: row.value for row in connection.execute(query)}

    def version_of(self, visitor: str, deck: Deck) -> Deck:
        """The deck in the variant of a visitor, assigned when they open it first; the usual one for who does not take part.

        Parameters
        ----------
        visitor
            The visitor.
        deck
            The deck; one without variants is given back as it is.
        """
        if not deck.variants:
            return deck
        if not self.takes_part(visitor):
            return deck.in_variant(deck.variants[0])
        given = self.assigned(visitor, deck.name)
        return deck.in_variant(given if given in deck.variants else self.assign(visitor, deck.name, deck.variants))

    # Who takes part

    def takes_part(self, visitor: str) -> bool:
        """Whether a visitor takes part in comparisons; everybody does who has not chosen otherwise."""
        return visitor not in self._abstaining(ABSTENTIONS.c.visitor == visitor)

    def take_part(self, visitor: str, does: bool) -> None:
        """Keep whether a visitor takes part."""
        mine = ABSTENTIONS.delete().where(ABSTENTIONS.c.visitor == visitor)
        out = insert(ABSTENTIONS).values(visitor=visitor).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            connection.execute(mine if does else out)

    def abstaining(self) -> frozenset[str]:
        """All visitors who do not take part."""
        return self._abstaining(sql.true())

    def _abstaining(self, which: sql.ColumnElement[bool]) -> frozenset[str]:
        with self._engine.connect() as connection:
            return frozenset(connection.execute(sql.select(ABSTENTIONS.c.visitor).where(which)).scalars())
