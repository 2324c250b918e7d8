"""The pack: what the receiving team must know, in the neutral language of transfers.

It is put together anew for every attempt from what its owners tell at that moment, and is not
kept: only its hash, its version and its id are.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.codes import SourceCode
from councils.rules import CouncilRules
from services.handover.domain.handover import Handover
from services.handover.domain.household import Sources, Told, household, part

Content = Mapping[str, Any]
"""A pack's content, ready to be written as JSON."""


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
        "agreement": _agreement(sources),
        "about_children": [str(child) for child in handover.child_ids],
        "reasons": _reasons(handover, sources),
        "household": household(sources),
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
    step_up = part(sources.case, "step_up")
    tellings = [part(each, "told") for told in sources.referrals for each in told.get("told") or ()]
    diverted = [part(each, "diversion").get("reason") for each in sources.referrals]
    why = [step_up.get("reason"), *diverted, *(each.get("reason") for each in tellings)]
    needs = [need for each in tellings for need in each.get("needs") or ()]
    tried = [step_up.get("tried"), *(need.get("tried") for need in needs)]
    return {
        "factors": list(handover.factors),
        "summary": next((words for words in why if words), None),
        "tried": [words for words in tried if words],
        "parents_account": step_up.get("parents_view"),
    }


def _agreement(sources: Sources) -> str | None:
    """Tell whether anybody agreed to early help; never what permits the share, which is law."""
    said = {one.get("agreed") for told in sources.referrals for one in told.get("people") or ()}
    return "given" if True in said else "not_given" if False in said else None


def _rest(told: Told) -> dict[str, Any]:
    """Give what a referral told besides its people, who stand in the household."""
    return {name: value for name, value in told.items() if name not in ("people", "relationships")}
