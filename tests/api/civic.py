# SPDX-License-Identifier: EUPL-1.2
"""Civic numbers that nobody has: true check digits, days of birth that are still to come. Each one is given out once."""
import itertools

_serial = itertools.count(1)


def fresh():
    """A personnummer of the year 2098."""
    serial = next(_serial)
    nine = f"98{1 + serial // 28 % 12:02}{1 + serial % 28:02}{100 + serial % 900:03}"
    total = sum(sum(divmod(int(digit) * (2 - i % 2), 10)) for i, digit in enumerate(nine))
    return f"20{nine}{-total % 10}"
