"""The ledger check: nothing lost, doubled, leaked, ownerless, mis-signed or untold.

It imports no service and reads no service's table: it holds what lies outside (`Evidence`)
against what was written by hand beforehand (`Expected`).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from deploy.day.evidence import Evidence, Heard, Receipt
from deploy.day.expected import Expected

Check = Callable[[Evidence, Mapping[str, Expected]], Iterator[str]]


def check_day(evidence: Evidence, expected: Iterable[Expected]) -> list[str]:
    """Run every check; give a sentence for each thing that is wrong, none when all is well."""
    by_story = {each.story: each for each in expected}
    return [sentence for check in CHECKS for sentence in check(evidence, by_story)]


def every_story_was_played(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Hold the receipts against the stories."""
    played = Counter(receipt.story for receipt in day.receipts)
    for story in expected.keys() - played.keys():
        yield f"{story}: no referral was received"
    for story in played.keys() - expected.keys():
        yield f"{story}: nobody wrote down what it must come to"


def nothing_is_lost(day: Evidence, _: Mapping[str, Expected]) -> Iterator[str]:
    """Every receipt has one Received event, and every Received event a receipt."""
    received = {h.key for h in day.heard if h.type == "referral.received"}
    promised = {receipt.referral_id for receipt in day.receipts}
    for lost in sorted(promised - received):
        yield f"referral {lost}: a receipt was given and no event says it was received"
    for stray in sorted(received - promised):
        yield f"referral {stray}: an event says it was received and nobody holds a receipt"


def nothing_is_doubled_or_out_of_order(day: Evidence, _: Mapping[str, Expected]) -> Iterator[str]:
    """Per aggregate, the first hearing of each event runs 1, 2, 3 … without a gap or a twin."""
    lives: dict[tuple[str, str], list[Heard]] = defaultdict(list)
    seen: set[str] = set()
    for heard in sorted(day.heard, key=lambda h: (h.topic, h.partition, h.offset)):
        if heard.id not in seen:  # a resent event has the same id; its readers remove it
            seen.add(heard.id)
            lives[heard.topic, heard.key].append(heard)
    for (topic, key), life in sorted(lives.items()):
        sequences = [heard.sequence for heard in life]
        if sequences != list(range(1, len(sequences) + 1)):
            yield f"{topic} {key}: its events are numbered {sequences}"


def every_referral_has_its_state(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Hold each referral's public state against its story."""
    for receipt, story in _stories(day, expected):
        found = day.referrals.get(receipt.referral_id, {}).get("status", "nowhere to be read")
        if found != story.status:
            yield f"{receipt.story}: the referral is {found}, not {story.status}"


def every_case_has_its_state(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Hold each case's public state against its story."""
    for receipt, story in _stories(day, expected):
        found = sorted(str(c.get("status")) for c in _cases_of(day, receipt))
        if found != ([story.case] if story.case else []):
            yield f"{receipt.story}: its cases are {found}, not {story.case}"


def exactly_one_owner(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Each family is somebody's, and not two people's."""
    for receipt, story in _stories(day, expected):
        owners = list(_owners(day, receipt)) or ["nobody"]
        if owners != [story.owner]:
            yield f"{receipt.story}: the family is owned by {owners}, not by {story.owner}"


def everybody_is_told_once(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Hold what was told against what C5 allows in each story."""
    for receipt, story in _stories(day, expected):
        for what, wanted in (("told", story.told), ("suppressed", story.suppressed)):
            said = Counter(
                str(json.loads(heard.body).get("milestone"))
                for heard in _once(day.heard)
                if heard.type == f"notification.milestone-{what}"
                and heard.key == receipt.referral_id
            )
            if said != Counter(wanted):
                yield f"{receipt.story}: {what} {dict(said)}, not {sorted(wanted)}"


def what_is_told_arrived(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """A milestone told by webhook lies at the partner, under one id however often it came."""
    for receipt, story in _stories(day, expected):
        if story.by != "webhook":
            continue
        ids: dict[str, set[str]] = defaultdict(set)
        for hook in day.hooks:
            if hook.referral_id == receipt.referral_id:
                ids[hook.milestone].add(hook.id)
        for milestone in story.told:
            if len(ids[milestone]) != 1:
                yield f"{receipt.story}: {milestone} came as {len(ids[milestone])} webhooks"
        for milestone in ids.keys() - set(story.told):
            yield f"{receipt.story}: the partner was told {milestone}, which it may not hear"


def every_signature_is_good(day: Evidence, _: Mapping[str, Expected]) -> Iterator[str]:
    """A webhook that its receiver could not verify is as good as none."""
    for hook in day.hooks:
        if not hook.verified:
            yield f"webhook {hook.id} to {hook.agency}: its signature is not good"


def letters_and_transfers_left(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[str]:
    """Count letters and e-mails, and the packs at each social care system: one pack once."""
    posted = Counter(each.kind for each in day.posted)
    stories = expected.values()
    wanted = {
        "letter": sum(story.letters for story in stories),
        "email": sum(len(story.told) for story in stories if story.by == "email"),
    }
    for kind, count in wanted.items():
        if posted[kind] != count:
            yield f"{posted[kind]} messages of the kind {kind} were posted, not {count}"
    packs = Counter(transfer.handover_id for transfer in day.transfers)
    for handover, count in packs.items():
        if count != 1:
            yield f"handover {handover}: {count} different packs lie at social care"
    for receipt, story in _stories(day, expected):
        handovers = [
            key
            for key, read in day.handovers.items()
            if receipt.referral_id in read.get("referral_ids", ())
        ]
        there = sum(1 for key in handovers if packs[key])
        if there != story.transfers:
            yield f"{receipt.story}: {there} packs lie at social care, not {story.transfers}"


def nothing_is_leaked(day: Evidence, _: Mapping[str, Expected]) -> Iterator[str]:
    """No event and no log line holds a planted name, address, number or a child's words."""
    for place, text in _written(day):
        lowered = text.lower()
        for number, planted in enumerate(day.planted, start=1):
            if planted.lower() in lowered:
                yield f"{place} holds planted text no. {number}"


CHECKS: tuple[Check, ...] = (
    every_story_was_played,
    nothing_is_lost,
    nothing_is_doubled_or_out_of_order,
    every_referral_has_its_state,
    every_case_has_its_state,
    exactly_one_owner,
    everybody_is_told_once,
    what_is_told_arrived,
    every_signature_is_good,
    letters_and_transfers_left,
    nothing_is_leaked,
)


def _stories(day: Evidence, expected: Mapping[str, Expected]) -> Iterator[tuple[Receipt, Expected]]:
    for receipt in day.receipts:
        if receipt.story in expected:
            yield receipt, expected[receipt.story]


def _cases_of(day: Evidence, receipt: Receipt) -> Iterator[Mapping[str, object]]:
    for case in day.cases.values():
        if receipt.referral_id in case.get("referral_ids", ()):
            yield case


def _owners(day: Evidence, receipt: Receipt) -> Iterator[str]:
    if day.referrals.get(receipt.referral_id, {}).get("accountable"):
        yield "front_door"
    for case in _cases_of(day, receipt):
        if case.get("accountable"):
            yield "early_help"
    for handover in day.handovers.values():
        theirs = receipt.referral_id in handover.get("referral_ids", ())
        if theirs and handover.get("status") == "completed":
            yield "children_social_care"


def _once(heard: Iterable[Heard]) -> Iterator[Heard]:
    seen: set[str] = set()
    for each in heard:
        if each.id not in seen:
            seen.add(each.id)
            yield each


def _written(day: Evidence) -> Iterator[tuple[str, str]]:
    for heard in day.heard:
        place = f"{heard.topic}[{heard.partition}]@{heard.offset}"
        yield place, " ".join([heard.key, heard.body, *heard.headers.values()])
    for name, text in day.logs.items():
        yield f"the log of {name}", text
