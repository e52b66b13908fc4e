"""How large and how small the world may be, by what one source publishes.

A share divides by one number, the published world total or the sum of the listed countries. The
source itself leaves a margin around it:

- A published total is rounded. It stands for every number that rounds to it: half a unit of its
  last digit that is not zero, up and down, and at least two digits are taken to count (1,000 stands
  for 950 to 1,050, 390,000 for 385,000 to 395,000, 433 for 432.5 to 433.5).
- The world is no smaller than what the source lists: its countries, its "other countries", and the
  low ends of those of which it gives only a bound.
- A total that leaves a country out, or what nobody could estimate, sets no limit above.

The *smallest* total that is consistent with the source gives the ceiling of a share, the *largest*
its floor. A withheld figure that the total includes changes neither; it is part of what is unknown.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from kg.derive.spelling import Term, lexical

#: Words for the two denominators.
PUBLISHED = "published world total"
LISTED = "sum of listed countries"

#: How notes on a world total say that something is not in it.
_LEAVES_OUT = re.compile(
    r"\bexclud|\bdo(?:es)? not include\b|\bin addition to the countr", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WorldTotal:
    """A denominator with its margin, all in one unit.

    ``value`` is the larger of ``published`` and ``listed``, the sum of the listed countries.
    ``listed`` leaves out ``other``, what the source lumps together, and ``low_ends``, those of
    countries of which only a bound is known. ``open_above`` says that the published total leaves
    something out by its own words.
    """

    published: float
    listed: float
    other: float = 0.0
    low_ends: float = 0.0
    open_above: bool = False

    @property
    def value(self) -> float:
        """What shares are divided by."""
        return max(self.published, self.listed)

    @property
    def words(self) -> str:
        """What the denominator is."""
        return PUBLISHED if self.published >= self.listed else LISTED

    @property
    def parts(self) -> float:
        """All that the source lists; the world is no smaller."""
        return math.fsum((self.listed, self.other, self.low_ends))

    @property
    def smallest(self) -> float:
        """The smallest total that is consistent with the source."""
        return min(self.value, max(self.published - half_a_unit(self.published), self.parts))

    @property
    def largest(self) -> float:
        """The largest total that is consistent with the source; infinite where nothing limits it.

        >>> WorldTotal(390_000, 380_000).largest
        395000.0
        """
        if self.open_above:
            return math.inf
        return max(self.published + half_a_unit(self.published), self.parts)

    @property
    def known_share(self) -> float:
        """How much of the denominator is listed by country, in percent."""
        return min(100.0, 100.0 * self.listed / self.value)

    def floor(self, amount: float) -> float:
        """The least share that an amount may be, in percent; 0 where nothing limits the total."""
        return min(100.0, 100.0 * amount / self.largest)

    def ceiling(self, amount: float) -> float:
        """The greatest share that an amount may be, in percent, up to 100.

        >>> WorldTotal(100.0, 60.0, other=35.0, low_ends=3.0).ceiling(49.0)
        50.0
        """
        return min(100.0, 100.0 * amount / self.smallest)


def half_a_unit(value: float) -> float:
    """Half a unit of the last digit that counts; at least two digits are taken to count.

    >>> half_a_unit(390_000.0), half_a_unit(1_000.0), half_a_unit(80.8), half_a_unit(0.0)
    (5000.0, 50.0, 0.05, 0.0)
    """
    if not value or not math.isfinite(value):
        return 0.0
    number = Decimal(repr(value)).normalize()
    last = int(number.as_tuple().exponent)
    return float(Decimal(5).scaleb(min(last, number.adjusted() - 1) - 1))


def leaves_out(note: Term) -> bool:
    """Whether a note on a world total says that something is not in it.

    >>> leaves_out('"Excludes U.S. production."@en'), leaves_out('"Rounded."@en')
    (True, False)
    """
    return _LEAVES_OUT.search(lexical(note)) is not None
