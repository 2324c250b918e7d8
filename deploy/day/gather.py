"""Gathers a day's evidence when it is over: topics from their beginning, sinks, public reads."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer

from contracts.topics import CARDS
from deploy.day.evidence import Evidence, Heard, Hook, Posted, Receipt, Transfer
from deploy.day.hub import Hub
from deploy.day.timeline import heard_of

READERS = {"southend": "staff-martin", "west-sussex": "staff-george"}
"""A manager of each council, who may read everything of its own."""


async def gather(
    hub: Hub, receipts: Iterable[Receipt], agencies: Iterable[str], planted: Iterable[str]
) -> Evidence:
    """Gather everything; the hub is quiet."""
    kept = tuple(receipts)
    hooks, posted = await asyncio.gather(_hooks(hub, agencies), _posted(hub))
    return Evidence(
        receipts=kept,
        heard=tuple(await every_event(hub.kafka)),
        hooks=hooks,
        posted=posted,
        transfers=await _transfers(hub),
        referrals=await _referrals(hub, kept),
        cases=await _all(hub, "allocation", "/cases"),
        handovers=await _all(hub, "handover", "/handovers"),
        planted=tuple(planted),
        logs=_logs(hub),
    )


async def every_event(kafka: str) -> list[Heard]:
    """Read the four topics from offset 0 to their present ends."""
    consumer = AIOKafkaConsumer(
        *(card.name for card in CARDS), bootstrap_servers=kafka, auto_offset_reset="earliest"
    )
    await consumer.start()
    heard: list[Heard] = []
    try:
        for place, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(place) < end:
                fetched = await consumer.getmany(place, timeout_ms=500)
                heard.extend(heard_of(record) for record in fetched.get(place, ()))
    finally:
        await consumer.stop()
    return heard


async def _received(hub: Hub, path: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    place: Any = None
    while True:
        params = {} if place is None else {"after": place}
        page = await hub.simulate("GET", path, params=params)
        if not page["received"]:
            return found
        found += page["received"]
        place = page["next"]


async def _hooks(hub: Hub, agencies: Iterable[str]) -> tuple[Hook, ...]:
    found: list[Hook] = []
    for agency in agencies:
        for each in await _received(hub, f"/partners/{agency}/received"):
            body = each["body"] if isinstance(each["body"], dict) else json.loads(each["body"])
            data = body.get("data", body)
            found.append(
                Hook(
                    agency=agency,
                    id=each["id"],
                    verified=each["verified"],
                    referral_id=data["referral_id"],
                    milestone=data["milestone"],
                    sentence=data.get("sentence", ""),
                )
            )
    return tuple(found)


async def _posted(hub: Hub) -> tuple[Posted, ...]:
    return tuple(
        Posted(sent["type"], sent.get("reference") or "", sent.get("body") or "")
        for sent in (each["notification"] for each in await _received(hub, "/notify/received"))
    )


async def _transfers(hub: Hub) -> tuple[Transfer, ...]:
    found: list[Transfer] = []
    for council in hub.councils:
        taken = await _received(hub, f"/care/{council}/received")
        times = Counter(each["pack_id"] for each in taken)
        owners = {each["pack_id"]: each["pack_body"] for each in taken if "pack_body" in each}
        found += [
            Transfer(council, pack, str(owners[pack].get("handover_id")), count)
            for pack, count in times.items()
        ]
    return tuple(found)


async def _referrals(hub: Hub, receipts: tuple[Receipt, ...]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for receipt in receipts:
        reader = await hub.staff(receipt.council, READERS[receipt.council])
        path = f"/referrals/{receipt.referral_id}"
        found[receipt.referral_id] = await reader.get("referral", path)
    return found


async def _all(hub: Hub, service: str, path: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for council in hub.councils:
        reader = await hub.staff(council, READERS[council])
        for row in await reader.get(service, path):
            found[row["id"]] = await reader.get(service, f"{path}/{row['id']}")
    return found


def _logs(hub: Hub) -> dict[str, str]:
    return {path.stem: path.read_text(errors="replace") for path in hub.folder.glob("logs/*.log")}
