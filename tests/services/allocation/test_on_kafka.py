"""The whole service as it is served: a referral comes over Kafka, and the opened case goes out."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from chassis.assembly import application
from chassis.clocks import new_id, wall_now
from contracts.envelope import Envelope, Message
from contracts.topics import ALLOCATION, CARDS
from services.allocation.main import assemble
from tests.making.databases import Fresh
from tests.making.issuers import Issuer
from tests.making.topics import all_records
from tests.making.waiting import eventually
from tests.services.allocation.made import an_accepted_referral
from tests.services.allocation.team_room import settings_of

pytestmark = pytest.mark.kafka


async def make_topics(servers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        for card in CARDS:
            with suppress(TopicAlreadyExistsError):
                await admin.create_topics([NewTopic(card.name, 1, 1)])
    finally:
        await admin.close()


async def publish(servers: str, message: Message) -> None:
    envelope = Envelope(
        id=new_id(),
        source="/kinbridge/referral",
        type=message.TYPE,
        subject=message.subject,
        time=wall_now(),
        council="southend",
        sequence=1,
    )
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    try:
        body = message.model_dump_json().encode()
        await producer.send_and_wait(
            message.TOPIC, body, key=message.subject.encode(), headers=envelope.headers()
        )
    finally:
        await producer.stop()


async def test_a_referral_on_kafka_becomes_a_case_on_kafka(
    fresh_database: Fresh, kafka_servers: str, tmp_path: Path
) -> None:
    await make_topics(kafka_servers)
    settings = settings_of(fresh_database("allocation"), tmp_path, Issuer()).model_copy(
        update={"kafka_bootstrap_servers": kafka_servers, "kafka_session_timeout_ms": 6000}
    )
    app = application(assemble(settings))
    accepted = an_accepted_referral()
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        await publish(kafka_servers, accepted)

        async def opened() -> list[dict[str, Any]]:
            records = await all_records(kafka_servers, ALLOCATION)
            told = [json.loads(record.value) for record in records if record.value]
            return [t for t in told if t["referral_ids"] == [str(accepted.referral_id)]]

        async def report() -> str:
            return (await client.get("/quiet")).text

        found = await eventually(opened, within=45, every=0.3, report=report)
        assert found[0]["team"] == "west"
        assert (await client.get("/health/live")).status_code == 200

        async def quiet() -> bool:
            return bool((await client.get("/quiet")).json()["quiet"])

        await eventually(quiet, within=30, report=report)
