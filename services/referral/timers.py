"""The front door's clocks: each prompts a person when it runs out, and decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messaging.timers import DueTimer, TimerHandler
from chassis.prompts import open_prompts, raise_prompt
from contracts.roles import Role
from services.referral.domain.danger import ALARM, DANGER, asks_when_not_taken
from services.referral.domain.decide import REACHED
from services.referral.domain.referral import Referral
from services.referral.domain.status import Decision, Status
from services.referral.domain.unborn import BIRTH, WATCH
from services.referral.room import ReferralRoom
from services.referral.store.families import contacts_of, load_family
from services.referral.store.referrals import load_referral
from services.referral.store.scope import Reader
from services.referral.use_cases.alarm import ask


def timer_handlers(room: ReferralRoom) -> Mapping[str, TimerHandler]:
    """Give one handler per kind of timer."""

    async def danger_alarm(conn: AsyncConnection, timer: DueTimer, now: datetime) -> None:
        rules, subject = room.rules(timer.council), timer.subject
        roles = [Role.DUTY_WORKER]
        asked = await open_prompts(conn, council=timer.council, roles=roles, subject=subject)
        if any(prompt.kind == DANGER and prompt.taken_at is None for prompt in asked):
            await ask(conn, rules, UUID(subject), asks_when_not_taken(now, rules))

    return {
        "screening": screening_overdue,
        ALARM: danger_alarm,
        "decision": decision_overdue,
        "agreement_chase": agreement_missing,
        "family_contact": family_not_reached,
        WATCH: watch_is_over,
        BIRTH: birth_not_on_record,
    }


async def screening_overdue(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """Nobody took the referral up in time."""
    referral = await _referral(conn, timer)
    if referral.status is Status.RECEIVED:
        await _prompt(conn, timer, "screening_overdue", Role.DUTY_MANAGER)


async def decision_overdue(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """The decision is due and not taken."""
    if (await _referral(conn, timer)).undecided:
        await _prompt(conn, timer, "decision_overdue", Role.DUTY_MANAGER)


async def agreement_missing(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """Nobody agreed in time: a manager talks to the MASH, or decides not to proceed."""
    referral = await _referral(conn, timer)
    if referral.undecided and not (await load_family(conn, referral)).agreement_stands:
        await _prompt(conn, timer, "agreement_missing", Role.DUTY_MANAGER)


async def family_not_reached(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """The family was not reached in time."""
    referral = await _referral(conn, timer)
    reached = any(each.outcome in REACHED for each in await contacts_of(conn, referral))
    if referral.undecided and not reached:
        await _prompt(conn, timer, "family_not_reached", Role.DUTY_MANAGER)


async def watch_is_over(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """The pregnancy has come so far that the council's early help may begin."""
    await _prompt(conn, timer, "unborn_watch_over", Role.DUTY_WORKER)


async def birth_not_on_record(conn: AsyncConnection, timer: DueTimer, _now: datetime) -> None:
    """A child of a family in hand must be born by now, and is looked for only from then on."""
    referral = await _referral(conn, timer)
    member = (await load_family(conn, referral)).member(UUID(timer.about))
    if referral.decision is Decision.ACCEPTED and member.expected:
        await _prompt(conn, timer, BIRTH, Role.DUTY_WORKER)


async def _referral(conn: AsyncConnection, timer: DueTimer) -> Referral:
    return await load_referral(conn, Reader(timer.council), UUID(timer.subject), hold=True)


async def _prompt(conn: AsyncConnection, timer: DueTimer, kind: str, role: Role) -> None:
    await raise_prompt(
        conn,
        council=timer.council,
        kind=kind,
        subject=timer.subject,
        about=timer.about,
        role=role,
        due=timer.due_at,
    )
