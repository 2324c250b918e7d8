"""What a day leaves behind, gathered from outside: receipts, raw topics, sinks, public reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Receipt:
    """What a referrer was given for a referral, and which story of the day it belongs to."""

    story: str
    council: str
    referral_id: str
    reference: str


@dataclass(frozen=True)
class Heard:
    """One record of a topic, as it lies there."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        """Give the event's own id."""
        return self.headers.get("ce_id", "")

    @property
    def type(self) -> str:
        """Give the event's type without its version, e.g. referral.received."""
        return self.headers.get("ce_type", "").removeprefix("earlyhelp.").rpartition(".v")[0]

    @property
    def sequence(self) -> int:
        """Give its place in its aggregate's life."""
        return int(self.headers.get("ce_sequence", "0"))


@dataclass(frozen=True)
class Hook:
    """One webhook that a partner received, and whether its signature was good."""

    agency: str
    id: str
    verified: bool
    referral_id: str
    milestone: str
    sentence: str


@dataclass(frozen=True)
class Posted:
    """One message that GOV.UK Notify took: email, sms or letter, and its reference."""

    kind: str
    reference: str
    text: str


@dataclass(frozen=True)
class Transfer:
    """One pack that a social care system took, and how often it was sent."""

    council: str
    pack_id: str
    handover_id: str
    times: int


@dataclass(frozen=True)
class Evidence:
    """Everything of one day. `referrals`, `cases` and `handovers` are public reads by their id."""

    receipts: tuple[Receipt, ...]
    heard: tuple[Heard, ...]
    hooks: tuple[Hook, ...]
    posted: tuple[Posted, ...]
    transfers: tuple[Transfer, ...]
    referrals: Mapping[str, Mapping[str, Any]]
    cases: Mapping[str, Mapping[str, Any]]
    handovers: Mapping[str, Mapping[str, Any]]
    planted: tuple[str, ...] = ()
    logs: Mapping[str, str] = field(default_factory=dict)
