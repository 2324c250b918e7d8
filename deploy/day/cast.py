"""Who takes part in the day: staff by what they do, and agencies with their credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.day.evidence import Receipt
from deploy.day.families import sent
from deploy.day.hub import Caller, Hub, Json
from deploy.day.timeline import Timeline

PEOPLE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "southend": {
        "admin": ("southend", "staff-kofi"),
        "duty": ("southend", "staff-joan"),
        "duty manager": ("southend", "staff-priya"),
        "practitioner": ("southend", "staff-debbie"),
        "team manager": ("southend", "staff-martin"),
        "social worker": ("southend-care", "care-helen"),
        "practice supervisor": ("southend-care", "care-oscar"),
    },
    "west-sussex": {
        "admin": ("west-sussex", "staff-wil"),
        "duty": ("west-sussex", "staff-bea"),
        "duty manager": ("west-sussex", "staff-nadia"),
        "practitioner": ("west-sussex", "staff-allison"),
        "team manager": ("west-sussex", "staff-george"),
        "social worker": ("west-sussex-care", "care-leila"),
        "practice supervisor": ("west-sussex-care", "care-patrick"),
    },
}
AGENCIES = {
    "Oak Lane School": ("southend", "2A"),
    "Harbour Domestic Abuse Service": ("southend", "8"),
    "Estuary Police": ("southend", "6"),
    "Downs Primary School": ("west-sussex", "2A"),
}


@dataclass(frozen=True)
class Agency:
    """A partner agency as the hub knows it."""

    id: str
    council: str
    client_id: str
    client_secret: str


@dataclass
class Day:
    """The day under way."""

    hub: Hub
    timeline: Timeline
    agencies: dict[str, Agency] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)

    async def who(self, council: str, part: str) -> Caller:
        """Let somebody of the cast sign in."""
        return await self.hub.staff(*PEOPLE[council][part])

    async def system_of(self, name: str) -> Caller:
        """Let an agency's system sign in."""
        agency = self.agencies[name]
        return await self.hub.agency(agency.client_id, agency.client_secret)

    async def begin(self) -> None:
        """Register the agencies, their webhooks, and the practitioners."""
        for name, (council, source) in AGENCIES.items():
            await self._register(name, council, source)
        for council, team in (("southend", "east"), ("west-sussex", "chichester_1")):
            manager = await self.who(council, "team manager")
            subject = PEOPLE[council]["practitioner"][1]
            grade = "practitioner" if council == "southend" else "key_worker"
            body = {"team": team, "grade": grade, "work_phone": "01632 960555"}
            await manager.put("allocation", f"/practitioners/{subject}", body)

    async def _register(self, name: str, council: str, source: str) -> None:
        admin = await self.who(council, "admin")
        inbox = f"{name.lower().replace(' ', '-')}@example.org"
        body = {"name": name, "source_code": source, "inbox_email": inbox, "phone": "01632 960777"}
        made = await admin.post("referral", "/agencies", body)
        agency = Agency(made["agency_id"], council, made["client_id"], made["client_secret"])
        self.agencies[name] = agency
        system = await self.system_of(name)
        url = f"{self.hub.simulators_inside or self.hub.simulators}/partners/{agency.id}/webhooks"
        hook = await system.post("notifications", "/webhook-endpoints", {"url": url})
        path = f"/partners/{agency.id}/secret"
        await self.hub.simulate("PUT", path, json={"secret": hook["secret"]})

    async def refer(self, story: str, agency: str, form: dict[str, Any]) -> Json:
        """Let an agency send a referral, and keep its receipt."""
        system = await self.system_of(agency)
        receipt = await system.post("referral", "/referrals", sent(form), expect=201)
        self.keep(story, self.agencies[agency].council, receipt)
        await self.timeline.act(agency, f"refers a family and holds receipt {receipt['reference']}")
        return receipt

    def keep(self, story: str, council: str, receipt: Json) -> None:
        """Keep a receipt for the ledger."""
        given = Receipt(story, council, receipt["referral_id"], receipt["reference"])
        self.receipts.append(given)

    async def people(self, council: str, referral_id: str) -> tuple[list[str], list[str]]:
        """Give the ids of a referral's children and adults."""
        duty = await self.who(council, "duty")
        read = await duty.get("referral", f"/referrals/{referral_id}")
        people = read["people"]
        return (
            [p["person_id"] for p in people if p["kind"] == "child"],
            [p["person_id"] for p in people if p["kind"] == "adult"],
        )

    async def case_of(self, council: str, referral_id: str) -> str:
        """Give the id of the case that holds a referral."""
        await self.hub.quiet()
        duty = await self.who(council, "duty")
        return str((await duty.get("referral", f"/referrals/{referral_id}"))["case_id"])

    async def handover_of(self, council: str, origin_id: str) -> str:
        """Give the id of the handover that opened from a case or a referral."""
        await self.hub.quiet()
        manager = await self.who(council, "team manager")
        (found,) = await manager.get("handover", "/handovers", origin_id=origin_id)
        return str(found["id"])
