"""Days of a season as people write them: `07-15`, or counted from 1 January as day 0.

Counted in a year of 365 days: from March on, a leap year's dates lie one day earlier.
"""

import re
from datetime import date, timedelta

from trainer.errors import LibraryError

PLAIN_YEAR = 2001
MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
FIRST, LAST = -366, 731


def parse_day(text: str) -> int:
    """Return the day that `text` means."""
    found = MONTH_DAY.fullmatch(text)
    try:
        day = _counted(*map(int, found.groups())) if found else int(text)
    except ValueError as error:
        raise LibraryError(
            f"expected a date such as 07-15, or days from 1 January such as 195, "
            f"found {text!r}"
        ) from error
    if not FIRST <= day <= LAST:
        raise LibraryError(
            f"expected a day from {FIRST} to {LAST}, counted from 1 January of the "
            f"harvest's year, found {day}"
        )
    return day


def day_text(day: int) -> str:
    """Return a day as month and day; with the year's distance where it is another."""
    at = date(PLAIN_YEAR, 1, 1) + timedelta(days=day)
    near = {PLAIN_YEAR - 1: " (year before)", PLAIN_YEAR: ""}
    return f"{at:%m-%d}{near.get(at.year, ' (year after)')}"


def _counted(month: int, day: int) -> int:
    return (date(PLAIN_YEAR, month, day) - date(PLAIN_YEAR, 1, 1)).days
