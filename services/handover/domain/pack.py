"""The pack: what the receiving team must know, in the neutral language of transfers.

It is put together anew for every attempt from what its owners tell at that moment, and is not
kept: only its hash, its version and its id are.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.codes import SourceCode
from councils.rules import CouncilRules
from services.handover.domain.handover import Handover

Told = Mapping[str, Any]
"""What an owner told, as its JSON came."""

Content = Mapping[str, Any]
"""A pack's content, ready to be written as JSON."""


@dataclass(frozen=True)
class Sources:
    """What the owners told: each referral, the case if there is one, and our own answers."""

    referrals: tuple[Told, ...]
    case: Told | None = None
    answers: tuple[str, ...] = ()


def compose(handover: Handover, sources: Sources, rules: CouncilRules) -> Content:
    """Put a pack together. Every pack that early help sends is 5D; its own source is kept too."""
    first = sources.referrals[0] if sources.referrals else {}
    return {
        "handover_id": str(handover.id),
        "origin": handover.origin.value,
        "urgent": handover.urgent,
        "source": SourceCode.EARLY_HELP.value,
        "original_source": first.get("source_code"),
        "child_goes_home_at": _written(handover.child_goes_home_at),
        "parents_informed": handover.parents_informed.value,
        "about_children": [str(child) for child in handover.child_ids],
        "reasons": _reasons(handover, sources),
        "household": _household(sources),
        "referrals": [_rest(each) for each in sources.referrals],
        "case": dict(sources.case) if sources.case else None,
        "answers": list(sources.answers),
        "sent_by": {"team": rules.duty_contact.label, "work_phone": rules.duty_contact.phone},
    }


def sha256_of(content: Content) -> str:
    """Give what stands for a content: the same content, put together again, has the same."""
    return hashlib.sha256(_plain(content).encode()).hexdigest()


def body_of(
    content: Content, pack_id: UUID, version: int, sha256: str, prepared_at: datetime | None
) -> dict[str, Any]:
    """Give a version as it is sent: the same body on every attempt."""
    told: dict[str, Any] = json.loads(_plain(content))
    return told | {
        "pack_id": str(pack_id),
        "version": version,
        "sha256": sha256,
        "sent_at": _written(prepared_at),
    }


def _plain(content: Content) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _reasons(handover: Handover, sources: Sources) -> dict[str, Any]:
    step_up = _part(sources.case, "step_up")
    diversions = [_part(each, "diversion") for each in sources.referrals]
    why = [step_up.get("reason"), *(each.get("reason") for each in diversions)]
    needs = [need for each in sources.referrals for need in each.get("needs") or ()]
    tried = [step_up.get("tried"), *(need.get("tried") for need in needs)]
    return {
        "factors": list(handover.factors),
        "summary": next((words for words in why if words), None),
        "tried": [words for words in tried if words],
        "parents_account": step_up.get("parents_view"),
    }


def _household(sources: Sources) -> dict[str, Any]:
    people = list(_people(sources.referrals))
    relations = [each for told in sources.referrals for each in told.get("relationships") or ()]
    children = [_child(one, sources) for one in people if one.get("kind") == "child"]
    adults = [_adult(one, relations) for one in people if one.get("kind") != "child"]
    lived_at = (one["address"] for one in (*children, *adults) if one.get("address"))
    address = next(lived_at, None)
    restricted = any(told.get("restricted") for told in sources.referrals)
    return {
        "children": children,
        "adults": adults,
        "relationships": relations,
        "address": {**address, "restricted": restricted} if address else None,
    }


def _people(referrals: Iterable[Told]) -> Iterable[dict[str, Any]]:
    """Give everybody once: who was found to be the same in a later referral is not repeated."""
    seen: set[str] = set()
    for told in referrals:
        for one in told.get("people") or ():
            who = str(one.get("same_as") or one.get("person_id"))
            if who not in seen:
                seen.add(who)
                yield {**one, "person_id": who}


def _child(one: dict[str, Any], sources: Sources) -> dict[str, Any]:
    """Add when the child was last seen, and the child's own words, as they were said."""
    who = one["person_id"]
    known = (sources.case or {}).get("children") or ()
    seen = next((each.get("seen_at") for each in known if each.get("child_id") == who), None)
    views = _part(sources.case, "step_up").get("child_views") or ()
    said = [one.get("views"), *(v.get("words") for v in views if v.get("child_id") == who)]
    return {**one, "seen_at": seen, "words": [words for words in said if words]}


def _adult(one: dict[str, Any], relations: Iterable[Told]) -> dict[str, Any]:
    own = [each for each in relations if each.get("adult_id") == one["person_id"]]
    responsible = {each.get("parental_responsibility") for each in own}
    answers = [answer for answer in ("yes", "not_known", "no") if answer in responsible]
    return {
        **one,
        "relationship": own[0].get("relation") if own else None,
        "parental_responsibility": next(iter(answers), None),
    }


def _rest(told: Told) -> dict[str, Any]:
    """Give what a referral told besides its people, who stand in the household."""
    return {name: value for name, value in told.items() if name not in ("people", "relationships")}


def _part(told: Told | None, name: str) -> Told:
    part = (told or {}).get(name)
    return part if isinstance(part, Mapping) else {}
