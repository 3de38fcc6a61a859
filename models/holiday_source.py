"""Public holidays of a country or region, from the library that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import bounds
from models.faults import Faults


@dataclass(frozen=True)
class HolidaySource:
    """The public holidays of a country, by ISO 3166 codes, in the years from first to last."""

    country: str
    first_year: int
    last_year: int
    subdivision: str | None = None


def public_holidays(faults: Faults, sources: Sequence[HolidaySource]) -> dict[date, str]:
    """What the sources hold, by date; their faults go to `faults` at holidays_of."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    found: dict[date, str] = {}
    for index, source in enumerate(sources):
        path = ("holidays_of", str(index))
        years = source.last_year - source.first_year + 1
        if source.country not in known:
            faults.invalid(
                (*path, "country"),
                "iso3166",
                "No holidays are known for this country.",
                "No se conocen festivos de este país.",
            )
        elif source.subdivision is not None and source.subdivision not in known[source.country]:
            faults.invalid(
                (*path, "subdivision"),
                "iso3166-2",
                "No holidays are known for this region.",
                "No se conocen festivos de esta región.",
            )
        elif not (
            source.first_year >= 1970
            and source.last_year <= 2100
            and 1 <= years <= bounds.HOLIDAY_YEARS_MAX
        ):
            faults.invalid(
                (*path, "last_year"),
                f"years_max={bounds.HOLIDAY_YEARS_MAX}",
                f"Enter 1 to {bounds.HOLIDAY_YEARS_MAX} years from 1970 to 2100.",
                f"Indique de 1 a {bounds.HOLIDAY_YEARS_MAX} años, de 1970 a 2100.",
            )
        else:
            span = range(source.first_year, source.last_year + 1)
            listed = holidays.country_holidays(
                source.country, subdiv=source.subdivision, years=span
            )
            found.update(listed.items())
    return found
