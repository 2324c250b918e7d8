"""The neutral transfer contract: how the hub hands a family over to any social care system.

No vendor publishes an API for receiving referrals, so the hub speaks one plain language and an
adapter per council turns it into the vendor's own (REST push, file drop or a work queue). These
models are what such an adapter must be able to read. They are a permissive reader: unknown
members are ignored, `pack_version` and `pack_sha256` may stand for `version` and `sha256`, and
almost all may be missing, because a pack that lacks a date of birth must still arrive.

    POST /care/{council}/transfers
    Authorization: Bearer <service token of client "handover", audience "kinbridge-care">
    Idempotency-Key: <the same on every attempt; the pack id will do>
    Content-Type: application/json

    {"pack_id": "0192…", "version": 1, "sha256": "<64 hex>", "urgent": false, "source": "5D",
     "handover_id": "…", "origin": "case", "sent_at": "2026-11-23T10:15:00Z",
     "original_source": "2A", "child_goes_home_at": null,
     "parents_informed": "yes", "agreement": "given",
     "reasons": {"factors": ["16A", "1B"], "level": "s17", "summary": "…",
                 "tried": ["…"], "parents_account": "…"},
     "household": {"children": [{"person_id": "…", "given_name": "…", "family_name": "…",
                                 "born": "2019-03-02", "expected": null, "sex": "F",
                                 "nhs_number": "999…", "seen_at": "…", "words": ["…"]}],
                   "adults": [{"person_id": "…", "relationship": "mother",
                               "parental_responsibility": "yes"}],
                   "address": {"lines": ["…"], "postcode": "…", "restricted": true},
                   "safe_contact": {"…": "…"}},
     "sent_by": {"role": "practitioner", "team": "…", "work_phone": "…"}}

Answers:
    201 {"received": "<the system's receipt>"}: the system has it. The hub records *delivered*;
        a system's receipt is never a person's acknowledgement.
    200, same body: this pack (same id and version) had already arrived; the receipt is the first
        one, however late the second copy comes.
    409: that pack id and version, or that Idempotency-Key, was used for other content.
    422: the system refuses the pack (malformed, or switched to `reject`): a person must look.
    401, 403: the token is missing, wrong, or not the hub's handover service.
    503 with Retry-After: try later.

`sha256` is the sender's hash of its pack. The receiver keeps it and compares it between copies;
it does not recompute it. A changed pack is sent under the same id with a higher version.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=20_000)]
Code = Annotated[str, Field(max_length=40)]


class Read(BaseModel):
    """A permissive reader's model: what it does not know it ignores, what it rejects it hides."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class Person(Read):
    """A child or an adult of the household; an unborn child has `expected` and no `born`."""

    person_id: UUID | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    born: date | None = None
    expected: date | None = None
    sex: Code | None = None
    ethnicity: Code | None = None
    nhs_number: Code | None = None
    upn: Code | None = None
    relationship: Code | None = None
    parental_responsibility: Code | None = None
    seen_at: AwareDatetime | None = None
    words: tuple[Text, ...] = ()


class Address(Read):
    """Where the family lives; a restricted address may come without its lines."""

    lines: tuple[Text, ...] = ()
    postcode: Code | None = None
    uprn: Code | None = None
    restricted: bool = False


class Household(Read):
    """All who live there, and at least the child or children this is about."""

    children: Annotated[tuple[Person, ...], Field(max_length=40)] = ()
    adults: Annotated[tuple[Person, ...], Field(max_length=40)] = ()
    address: Address | None = None


class Reasons(Read):
    """Why this family is handed over: factors of the census list, what was tried, both accounts."""

    factors: Annotated[tuple[Code, ...], Field(max_length=60)] = ()
    level: Code | None = None
    summary: Text | None = None
    tried: tuple[Text, ...] = ()
    parents_account: Text | None = None


class Transfer(Read):
    """A handover pack as a social care system reads it; every one that early help sends is 5D."""

    pack_id: UUID
    version: Annotated[int, Field(ge=1, validation_alias=AliasChoices("version", "pack_version"))]
    sha256: Annotated[
        str,
        Field(pattern="^[0-9a-f]{64}$", validation_alias=AliasChoices("sha256", "pack_sha256")),
    ]
    urgent: bool
    source: Literal["5D"]
    household: Household
    reasons: Reasons | tuple[Code, ...] = Reasons()
    handover_id: UUID | None = None
    origin: Code | None = None
    original_source: Code | None = None
    parents_informed: Code | None = None
    agreement: Code | None = None
    child_goes_home_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None


class Receipt(Read):
    """The system has the pack: the hub may say delivered, never acknowledged."""

    received: str
