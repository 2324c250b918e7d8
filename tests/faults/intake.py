"""The day's intake while Kafka is away: every referral is sent then, and more beside them."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from deploy.day import families
from deploy.day.cast import Day
from deploy.day.expected import Expected
from deploy.day.families import sent
from deploy.day.hub import Json
from tests.faults.drill import Drill
from tests.making.waiting import beats

OUTAGE = 30.0
EVERY = 1.0
SURNAME = "Larkwhistle"
SENT_MEANWHILE = Expected(
    story="sent meanwhile", status="received", owner="front_door", told=("received",)
)
STORIES = (
    ("needs met", "Oak Lane School", families.REVIEWED),
    ("no contact", "Oak Lane School", families.NOBODY_ANSWERS),
    ("step-up", "Oak Lane School", families.NOT_WELL_AT_HOME),
    ("goes on", "Oak Lane School", families.WITH_GRANDPARENTS),
    ("moved", "Harbour Domestic Abuse Service", families.NEWLY_MOVED),
    ("danger", "Estuary Police", families.IN_DANGER),
    ("declined", "Downs Primary School", families.SAFETY_PLAN_KEPT),
    ("signposted", "Downs Primary School", families.SHOWN_ELSEWHERE),
)


def a_family(number: int) -> dict[str, Any]:
    """Make a further family's referral."""
    return families.form(
        f"DOWN-2026-{number}",
        "Sent while messages could not leave the hub",
        [families.child("c1", f"Zebedee{number}", SURNAME, "2017-05-05")],
        [families.adult("a1", f"Theodora{number}", SURNAME, phone="01632 960350")],
        [f"{number} Teasel Walk", "Sedge Quarter"],
        "PO19 4DD",
    )


@dataclass
class DayWithoutKafka(Day):
    """A day whose referrals all come in while Kafka is away."""

    drill: Drill | None = None
    answered: list[float] = field(default_factory=list)
    in_hand: dict[str, Json] = field(default_factory=dict)

    async def begin(self) -> None:
        """Register everybody, then stop Kafka and let everybody refer."""
        await super().begin()
        assert self.drill is not None
        await self.hub.quiet()
        stack = self.drill.stack
        await asyncio.to_thread(stack.kafka.stop)
        self.drill.timeline.note(f"Kafka is away; referrals come in for {OUTAGE:g} s")
        await self._intake()
        await asyncio.to_thread(stack.start_kafka)
        self.drill.timeline.note(f"Kafka is back; {len(self.answered)} referrals were received")

    async def refer(self, story: str, agency: str, form: dict[str, Any]) -> Json:
        """Send what came in meanwhile once more, as a careful system does: the first receipt."""
        again = await (await self.system_of(agency)).post("referral", "/referrals", sent(form))
        receipt = self.in_hand[story]
        if again["referral_id"] != receipt["referral_id"]:
            raise AssertionError("a repeat got another receipt")
        await self.timeline.act(agency, f"holds receipt {receipt['reference']}")
        return receipt

    async def _intake(self) -> None:
        gone = f"/partners/{self.agencies['Harbour Domestic Abuse Service'].id}/mode"
        await self.hub.simulate("POST", gone, json={"mode": "gone"})
        sending = []
        async for beat in beats(EVERY, during=OUTAGE):
            if beat < len(STORIES):
                sending.append(asyncio.create_task(self._send(*STORIES[beat])))
            more = (SENT_MEANWHILE.story, "Downs Primary School", a_family(beat))
            sending.append(asyncio.create_task(self._send(*more)))
        await asyncio.gather(*sending)

    async def _send(self, story: str, agency: str, form: dict[str, Any]) -> None:
        system = await self.system_of(agency)
        began = time.monotonic()
        receipt = await system.post("referral", "/referrals", sent(form))
        self.answered.append(time.monotonic() - began)
        self.keep(story, self.agencies[agency].council, receipt)
        self.in_hand[story] = receipt
