"""Danger is kept in any case, though a value in its form defeats us or the database."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from fastapi.exceptions import RequestValidationError

from chassis.facts import Fact
from chassis.telemetry import counter
from chassis.trouble import is_infrastructure
from chassis.web.idempotency import Kept
from services.referral.intake.reading import Addition, Reading
from services.referral.use_cases.once_only import CameWithAnotherBody

log = structlog.get_logger()
AnyReading = TypeVar("AnyReading", Reading, Addition)
BARE = counter("danger_without_form", "Danger that was kept without its form, as it was sent")
NOT_KEPT = counter("danger_not_kept", "Danger that could not be kept in any way")
ANSWERS = (Fact, CameWithAnotherBody, RequestValidationError)


async def in_any_case(keep: Callable[[AnyReading], Awaitable[Kept]], reading: AnyReading) -> Kept:
    """Keep it; where that fails by what it holds, danger is kept again without its fields.

    Trouble that passes is the caller's to meet by sending again. What failed left nothing behind:
    `keep` writes in one transaction, its key with the rest.
    """
    try:
        return await keep(reading)
    except ANSWERS:
        raise
    except Exception as error:
        if not reading.danger or is_infrastructure(error):
            raise
        defeated = error
    try:
        kept = await keep(reading.without_its_form())
    except Exception:
        NOT_KEPT.inc()
        log.exception("danger_not_kept")
        raise
    BARE.inc()
    log.error("danger_without_form", error=defeated)
    return kept
