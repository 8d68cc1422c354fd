"""How long what names a reader is kept. Pure.

Source: practice of norme simplifiée n° 9 of the CNIL (libraries): data on loans until the end of
the fourth month after the return; a reader is struck off one year after the last loan.
"""

from datetime import date

MONTHS = 4


def loans_before(today: date) -> date:
    """Return the day such that loans that ended before it lose their reader today.

    >>> loans_before(date(2011, 6, 30)), loans_before(date(2011, 7, 1))
    (datetime.date(2011, 2, 1), datetime.date(2011, 3, 1))
    >>> loans_before(date(2011, 1, 15))
    datetime.date(2010, 9, 1)
    """
    months = today.year * 12 + today.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def kept_until(returned_on: date) -> date:
    """Return the last day on which a loan that ended on a day still has its reader.

    >>> kept_until(date(2011, 2, 15)), kept_until(date(2010, 10, 31))
    (datetime.date(2011, 6, 30), datetime.date(2011, 2, 28))
    """
    months = returned_on.year * 12 + returned_on.month + MONTHS
    following = date(months // 12, months % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def cards_before(today: date) -> date:
    """Return the day such that cards whose last loan ended before it are struck off today.

    So are people without a card whose last visit was before it.

    >>> cards_before(date(2011, 6, 15)), cards_before(date(2012, 2, 29))
    (datetime.date(2010, 6, 15), datetime.date(2011, 3, 1))
    """
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return date(today.year - 1, 3, 1)
