"""Two classes that a network confuses, in words."""

from dataclasses import dataclass

from core.number_text import quantity

AND, OR = " and ", " or "  # the words between the classes of a pair, and between pairs that are confused equally often


@dataclass(frozen=True)
class ConfusedClasses:
    """Two classes that a network confuses, with the number of mistakes in each direction."""

    first: str
    second: str
    first_as_second: int  # images of the first class that the network took for the second one
    second_as_first: int

    @property
    def words(self) -> str:
        """The classes, and what became of each, as in "1 and 8 (8 taken for 1: 11 images, 1 taken for 8: none)"."""
        ways = [(self.first_as_second, self.first, self.second), (self.second_as_first, self.second, self.first)]
        ways.sort(key=lambda way: -way[0])
        told = (
            f"{taken} taken for {other}: {quantity(count, 'image') if count else 'none'}" for count, taken, other in ways
        )
        return f"{self.first}{AND}{self.second} ({', '.join(told)})"
