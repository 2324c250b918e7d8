"""England's bank holidays, worked out offline and only when first asked for."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of one year.

    A holiday proclaimed for one occasion is not known in advance: it is entered under the
    desk's closure_days. The library costs some 20 MB, so a process that never counts a
    working day never loads it.
    """
    from holidays import country_holidays  # noqa: PLC0415 -- loaded on first use, as said above

    return frozenset(country_holidays("GB", subdiv="ENG", years=year, expand=False))
