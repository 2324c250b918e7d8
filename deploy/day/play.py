"""The order of the day, what each story must have come to, and the check at its end."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console

from deploy.day.cast import Day
from deploy.day.expected import Expected
from deploy.day.families import planted
from deploy.day.gather import gather
from deploy.day.hub import Hub
from deploy.day.ledger import check_day
from deploy.day.stories import southend, west_sussex
from deploy.day.timeline import Timeline

LONDON = ZoneInfo("Europe/London")

STORIES = (
    Expected(
        story="needs met",
        status="closed",
        owner="nobody",
        told=("received", "accepted", "allocated", "closed"),
        case="closed",
    ),
    Expected(
        story="no contact",
        status="closed",
        owner="nobody",
        told=("received", "accepted", "allocated", "no_contact_letter", "closed"),
        letters=1,
        case="closed",
    ),
    Expected(
        story="step-up",
        status="closed",
        owner="children_social_care",
        told=("received", "accepted", "allocated", "step_up"),
        suppressed=("closed",),
        transfers=1,
        case="closed",
    ),
    Expected(
        story="goes on",
        status="closed",
        owner="early_help",
        told=("received", "accepted", "allocated"),
        case="engaging",
    ),
    Expected(
        story="moved",
        status="closed",
        owner="early_help",
        told=("received", "accepted", "allocated"),
        by="email",
        case="engaging",
    ),
    Expected(
        story="danger",
        status="closed",
        owner="children_social_care",
        told=("received", "step_up"),
        transfers=1,
    ),
    Expected(
        story="declined",
        status="closed",
        owner="early_help",
        told=("received", "accepted", "allocated"),
        transfers=1,
        case="engaging",
    ),
    Expected(
        story="signposted",
        status="closed",
        owner="nobody",
        told=("received", "signposted"),
    ),
    Expected(
        story="relative",
        status="closed",
        owner="early_help",
        told=("accepted",),
        suppressed=("received", "allocated"),
        by="phone",
        case="engaging",
    ),
)
"""Every referral closes once its outcome is told; the family's support goes on in its case."""


def next_monday(now: datetime) -> datetime:
    """Give nine o'clock, in London, of the first Monday after `now`."""
    local = now.astimezone(LONDON)
    ahead = 7 - local.weekday()
    return (local + timedelta(days=ahead)).replace(hour=9, minute=0, second=0, microsecond=0)


async def play(hub: Hub, console: Console) -> list[str]:
    """Play the day to its end.

    Returns:
        a sentence for each thing that is wrong with its ledger.
    """
    async with Timeline(hub, console) as timeline:
        day = Day(hub, timeline)
        await the_day(day)
        await hub.quiet()
    evidence = await gather(
        hub, day.receipts, [agency.id for agency in day.agencies.values()], planted()
    )
    console.print(
        f"\n[bold]The ledger[/]: {len(evidence.receipts)} receipts, {len(evidence.heard)} events, "
        f"{len(evidence.hooks)} webhooks, {len(evidence.posted)} messages by GOV.UK Notify, "
        f"{len(evidence.transfers)} packs at social care"
    )
    return check_day(evidence, STORIES)


async def the_day(day: Day) -> None:
    """Play every story at its hour, with the days of the letter between."""
    monday = next_monday(datetime.fromisoformat(await day.hub.field_time()))
    await day.hub.move_clock(to=monday.isoformat())
    await day.begin()
    await southend.reviewed_and_closed(day)
    await _at(day, monday, "10:30")
    waiting = await southend.nobody_answers(day)
    await _at(day, monday, "12:00")
    await southend.not_well_at_home(day)
    await _at(day, monday, "13:30")
    await southend.with_grandparents(day)
    await southend.newly_moved(day)
    await _at(day, monday, "14:40")
    await southend.in_danger(day)
    await _at(day, monday, "16:00")
    await west_sussex.safety_plan_kept(day)
    await west_sussex.shown_elsewhere(day)
    await west_sussex.rung_by_a_grandmother(day)
    day.timeline.story("Sixteen days go by")
    await day.hub.move_clock(forward="P16D")
    await southend.ten_days_later(day, waiting)


async def _at(day: Day, monday: datetime, hour: str) -> None:
    """Let it be that hour of the day, for everybody."""
    at = datetime.combine(monday.date(), time.fromisoformat(hour), monday.tzinfo)
    await day.hub.move_clock(to=at.isoformat())
