"""The ledger check is green on an honest day, and each planted lie turns it red."""

import json
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from deploy.day.evidence import Evidence, Heard, Hook, Posted, Receipt, Transfer
from deploy.day.expected import Expected
from deploy.day.ledger import check_day

REFERRAL, CASE, HANDOVER = "ref-1", "case-1", "hand-1"
STEPPED_UP = Expected(
    story="step-up",
    status="closed",
    owner="children_social_care",
    told=("received", "accepted"),
    suppressed=("closed",),
    transfers=1,
    letters=1,
    case="closed",
)


def an_event(type_: str, key: str, sequence: int, offset: int, **body: str) -> Heard:
    headers = {
        "ce_id": str(uuid4()),
        "ce_type": f"earlyhelp.{type_}.v1",
        "ce_sequence": str(sequence),
    }
    topic = "early-help-" + type_.split(".", maxsplit=1)[0]
    return Heard(topic, 0, offset, key, headers, json.dumps(body))


def a_hook(milestone: str) -> Hook:
    return Hook("agency-1", f"msg_{milestone}", True, REFERRAL, milestone, "A sentence.")


def an_honest_day() -> Evidence:
    return Evidence(
        receipts=(Receipt("step-up", "southend", REFERRAL, "SOU-1"),),
        heard=(
            an_event("referral.received", REFERRAL, 1, 0),
            an_event("referral.accepted", REFERRAL, 2, 1),
            an_event("notification.milestone-told", REFERRAL, 1, 0, milestone="received"),
            an_event("notification.milestone-told", REFERRAL, 2, 1, milestone="accepted"),
            an_event("notification.milestone-suppressed", REFERRAL, 3, 2, milestone="closed"),
        ),
        hooks=(a_hook("received"), a_hook("accepted")),
        posted=(Posted("letter", "ref", "A letter."),),
        transfers=(Transfer("southend", "pack-1", HANDOVER, 1),),
        referrals={REFERRAL: {"status": "closed", "accountable": False}},
        cases={CASE: {"status": "closed", "accountable": False, "referral_ids": [REFERRAL]}},
        handovers={HANDOVER: {"status": "completed", "referral_ids": [REFERRAL]}},
        planted=("Marlowe Thistlewood",),
        logs={"referral": '{"event": "request"}'},
    )


def test_an_honest_day_is_green() -> None:
    assert check_day(an_honest_day(), [STEPPED_UP]) == []


def test_an_event_that_was_sent_again_under_its_own_id_is_no_lie() -> None:
    day = an_honest_day()
    again = replace(day.heard[0], offset=7)
    assert check_day(replace(day, heard=(*day.heard, again)), [STEPPED_UP]) == []


LIES: dict[str, Callable[[Evidence], Evidence]] = {
    "a referral is lost": lambda d: replace(d, heard=d.heard[1:]),
    "an event is lost": lambda d: replace(
        d, heard=(d.heard[0], an_event("referral.accepted", REFERRAL, 3, 1), *d.heard[2:])
    ),
    "an event is doubled under another id": lambda d: replace(
        d, heard=(*d.heard, an_event("referral.accepted", REFERRAL, 2, 9))
    ),
    "events of a key change places": lambda d: replace(
        d,
        heard=(replace(d.heard[0], offset=5), *d.heard[1:]),
    ),
    "a receipt without its referral": lambda d: replace(
        d, receipts=(*d.receipts, Receipt("step-up", "southend", "ref-2", "SOU-2"))
    ),
    "a referral nobody asked for": lambda d: replace(
        d, heard=(*d.heard, an_event("referral.received", "ref-9", 1, 9))
    ),
    "the referral stands elsewhere": lambda d: replace(
        d, referrals={REFERRAL: {"status": "screening", "accountable": False}}
    ),
    "the case stands elsewhere": lambda d: replace(
        d, cases={CASE: {**d.cases[CASE], "status": "engaging"}}
    ),
    "nobody owns the family": lambda d: replace(d, handovers={}, transfers=()),
    "two own the family": lambda d: replace(
        d, cases={CASE: {**d.cases[CASE], "accountable": True}}
    ),
    "a milestone is told twice": lambda d: replace(
        d,
        heard=(
            *d.heard,
            an_event("notification.milestone-told", REFERRAL, 4, 9, milestone="accepted"),
        ),
    ),
    "a milestone is never told": lambda d: replace(
        d,
        heard=(
            *d.heard[:3],
            an_event("notification.milestone-suppressed", REFERRAL, 2, 2, milestone="closed"),
        ),
    ),
    "a webhook never arrives": lambda d: replace(d, hooks=d.hooks[:1]),
    "a webhook comes under two ids": lambda d: replace(
        d, hooks=(*d.hooks, replace(d.hooks[0], id="msg_other"))
    ),
    "the partner hears what it may not": lambda d: replace(
        d, hooks=(*d.hooks, a_hook("step_up"))
    ),
    "a webhook is mis-signed": lambda d: replace(
        d, hooks=(replace(d.hooks[0], verified=False), d.hooks[1])
    ),
    "a letter too many": lambda d: replace(d, posted=(*d.posted, *d.posted)),
    "an e-mail too many": lambda d: replace(
        d, posted=(*d.posted, Posted("email", "ref", "An update."))
    ),
    "a pack is missing": lambda d: replace(d, transfers=()),
    "two packs of one handover": lambda d: replace(
        d, transfers=(*d.transfers, Transfer("southend", "pack-2", HANDOVER, 1))
    ),
    "an event holds a name": lambda d: replace(
        d, heard=(replace(d.heard[0], body='{"x": "marlowe thistlewood"}'), *d.heard[1:])
    ),
    "a header holds a name": lambda d: replace(
        d,
        heard=(
            replace(d.heard[0], headers={**d.heard[0].headers, "x": "Marlowe Thistlewood"}),
            *d.heard[1:],
        ),
    ),
    "a log holds a name": lambda d: replace(d, logs={"referral": "Marlowe Thistlewood"}),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_planted_lie_turns_it_red(lie: str) -> None:
    assert check_day(LIES[lie](an_honest_day()), [STEPPED_UP])


def test_a_story_that_was_not_played_is_seen() -> None:
    unplayed = replace(STEPPED_UP, story="another", letters=0)
    assert check_day(an_honest_day(), [STEPPED_UP, unplayed]) == [
        "another: no referral was received"
    ]


def test_an_unexpected_story_is_seen() -> None:
    assert check_day(replace(an_honest_day(), posted=()), [])
