"""A Kafka that asks for TLS and credentials: let in, turned away, and let in after all."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from ssl import TLSVersion
from types import SimpleNamespace
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import SecretStr

from chassis.assembly import Assembly, Running
from chassis.card import Card
from chassis.clocks import FieldClock
from chassis.logs import set_up_logs
from chassis.messaging.consumer import Consumer
from chassis.messaging.kafka_security import KafkaAt, Mechanism, UnusableKafkaFile
from chassis.messaging.outbox import Outgoing, say
from chassis.messaging.refusals import (
    CertificateNotTrusted,
    CertificateRefused,
    CredentialsRefused,
    KafkaRefusal,
    OtherProtocol,
    refusal_of,
)
from chassis.messaging.relay import Relay
from chassis.supervision import Supervisor
from deploy.containers import prepare
from deploy.containers.after_restore import skip_what_is_lost
from deploy.containers.prepare import make_topics
from deploy.local.places import CannotStartError
from tests.chassis.messaging.reading import QUICK, Where
from tests.chassis.messaging.steps import TOPIC, Room, StepTaken, a_room
from tests.making.applications import an_application, calling, some_settings
from tests.making.databases import ServiceDatabase
from tests.making.secured_kafka import PASSWORD, USER, Authority, SecuredKafka
from tests.making.servers import own_kind_of_broker
from tests.making.waiting import eventually

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]
WRONG = "kafka-wr0ng"


@pytest.fixture(scope="module")
def broker() -> Iterator[SecuredKafka]:
    with own_kind_of_broker(SecuredKafka) as broker:
        yield broker


@pytest.fixture
async def room(database: ServiceDatabase, broker: SecuredKafka) -> AsyncIterator[Room]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])  # once; later ones are told it exists
    await admin.close()
    async with a_room(database) as room:
        yield room


@pytest.fixture
def lines() -> Iterator[list[str]]:
    written: list[str] = []
    set_up_logs("invented", "debug", write=written.append)
    yield written
    set_up_logs("invented")


@asynccontextmanager
async def at_work(room: Room, kafka: KafkaAt) -> AsyncIterator[Relay]:
    """A service's relay and consumer, under its supervisor."""
    relay = Relay(room.database.app_url, kafka, "/kinbridge/test")
    consumer = Consumer(Where(kafka), room.pipeline, [TOPIC], pace=QUICK)
    supervisor = Supervisor({"relay": relay.run, "consumer": consumer.run})
    await supervisor.start()
    try:
        yield relay
    finally:
        await supervisor.stop()


async def a_step_arrives(room: Room, within: float = 30) -> None:
    """Say a step in a commit, and wait until the consumer has taken it from Kafka."""
    thing = uuid4()
    async with room.engine.begin() as conn:
        await say(conn, Outgoing(StepTaken(thing_id=thing, number=1), "southend", 1))

    async def taken() -> bool:
        return await room.taken(thing) == [1]

    await eventually(taken, within=within)


def refusals(lines: list[str]) -> list[str]:
    told = [json.loads(line) for line in lines]
    return [one["reason"] for one in told if one["event"] == "kafka_refuses"]


async def turned_away(lines: list[str], refusal: type[KafkaRefusal], times: int = 4) -> None:
    """Both loops have been told so, tried again and been told again; nobody was named."""
    await eventually(lambda: len(refusals(lines)) >= times, within=30)
    assert set(refusals(lines)) == {refusal.sentence}
    failed = [json.loads(line) for line in lines if refusal.__qualname__ in line]
    assert {"loop_failed", "consumer_starts_again"} == {one["event"] for one in failed}
    assert not [line for line in lines if USER in line or PASSWORD in line or WRONG in line]


@pytest.mark.parametrize("way", ["PLAIN", "certificate"])
async def test_a_message_goes_by_tls_to_who_reads_it(
    broker: SecuredKafka, room: Room, lines: list[str], way: str
) -> None:
    kafka = broker.by_password() if way == "PLAIN" else broker.by_certificate()
    async with at_work(room, kafka):
        await a_step_arrives(room)
    assert not [line for line in lines if USER in line or PASSWORD in line]


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_work_goes_on_once_kafka_knows_the_user(
    broker: SecuredKafka, room: Room, lines: list[str], mechanism: Mechanism
) -> None:
    async with at_work(room, broker.by_password(mechanism)) as relay:
        began = relay.moved_at
        await turned_away(lines, CredentialsRefused)
        assert relay.moved_at > began, "it is not stuck: it tries"
        await asyncio.to_thread(broker.know, mechanism)
        await a_step_arrives(room)


async def test_a_wrong_password_is_told_without_it(
    broker: SecuredKafka, room: Room, lines: list[str]
) -> None:
    async with at_work(room, broker.by_password(password=WRONG)):
        await turned_away(lines, CredentialsRefused)


async def test_work_goes_on_once_the_right_authority_is_believed(
    broker: SecuredKafka, room: Room, lines: list[str], tmp_path: Path
) -> None:
    believed = Authority(tmp_path, "stranger").file
    kafka = KafkaAt(
        f"127.0.0.1:{broker.login}", "SASL_SSL", believed, login=broker.by_password().login
    )
    async with at_work(room, kafka):
        await turned_away(lines, CertificateNotTrusted)
        believed.write_bytes(broker.authority.file.read_bytes())
        await a_step_arrives(room)


async def test_a_certificate_that_kafka_does_not_take_is_told(
    broker: SecuredKafka, room: Room, lines: list[str], tmp_path: Path
) -> None:
    certificate, key = Authority(tmp_path, "stranger").signs("theirs")
    kafka = replace(broker.by_certificate(), certificate_file=certificate, key_file=key)
    async with at_work(room, kafka):
        await turned_away(lines, CertificateRefused)
    none = replace(broker.by_certificate(), certificate_file=None, key_file=None)
    assert isinstance(await refusal_of(none), CertificateRefused)


async def test_a_certificate_refused_within_an_older_handshake_is_told(
    broker: SecuredKafka, tmp_path: Path
) -> None:
    certificate, key = Authority(tmp_path, "stranger").signs("theirs")
    kafka = replace(broker.by_certificate(), certificate_file=certificate, key_file=key)
    tls = kafka.tls()
    assert tls
    tls.maximum_version = TLSVersion.TLSv1_2  # every client of this file's shares the context
    assert isinstance(await refusal_of(kafka), CertificateRefused)


async def test_a_port_that_speaks_another_protocol_is_told(broker: SecuredKafka) -> None:
    tls, login = replace(broker.by_certificate(), servers=broker.bootstrap), broker.by_password()
    for wrong in (
        tls,
        replace(login, servers=broker.bootstrap),
        KafkaAt(f"127.0.0.1:{broker.login}"),
        KafkaAt(f"127.0.0.1:{broker.mutual}"),
        KafkaAt(f"127.0.0.1:{broker.login}", "SSL", broker.authority.file),
    ):
        assert isinstance(await refusal_of(wrong), OtherProtocol), wrong


@pytest.mark.parametrize("way", ["TLS to a plain port", "plain to a port with TLS"])
async def test_both_loops_tell_that_the_port_speaks_another_protocol(
    broker: SecuredKafka, room: Room, lines: list[str], way: str
) -> None:
    wrong = {
        "TLS to a plain port": replace(broker.by_password(), servers=broker.bootstrap),
        "plain to a port with TLS": KafkaAt(f"127.0.0.1:{broker.login}"),
    }
    async with at_work(room, wrong[way]):
        await turned_away(lines, OtherProtocol)


async def test_a_certificate_that_is_half_written_is_told_until_it_is_whole(
    broker: SecuredKafka, room: Room, lines: list[str], tmp_path: Path
) -> None:
    ours = Authority(tmp_path).file
    whole = broker.authority.file.read_bytes()
    ours.write_bytes(whole[: len(whole) // 2])
    async with at_work(room, replace(broker.by_password(), ca_file=ours)):
        await eventually(lambda: len(refusals(lines)) >= 4, within=30)
        assert set(refusals(lines)) == {"kafka_ca_file holds no readable PEM certificates"}
        failed = [one for one in lines if UnusableKafkaFile.__qualname__ in one]
        assert len(refusals(lines)) >= len(failed), "each loop has told it"
        ours.write_bytes(whole)
        await a_step_arrives(room)


async def test_the_front_door_stays_open_while_kafka_refuses(
    broker: SecuredKafka, room: Room, lines: list[str]
) -> None:
    settings = some_settings(
        database_url=SecretStr(room.database.app_url),
        kafka_bootstrap_servers=f"127.0.0.1:{broker.login}",
        kafka_security_protocol="SASL_SSL",
        kafka_ca_file=broker.authority.file,
        kafka_sasl_mechanism="PLAIN",
        kafka_username=USER,
        kafka_password=WRONG,
    )
    tools = SimpleNamespace(engine=room.engine, clock=FieldClock(None))
    card = Card("invented", "", "", (), (TOPIC,), ())
    running = Running(Assembly(card, settings, tools, [], {StepTaken: room.handling}))
    await running.supervisor.start()
    try:
        await eventually(lambda: len(refusals(lines)) >= 4, within=30)
        async with calling(an_application(running.health())) as client:
            assert (await client.get("/health/ready")).json() == {"ready": True, "reasons": {}}
            assert (await client.get("/health/live")).json() == {"live": True, "reasons": {}}
            measures = (await client.get("/metrics")).text
        assert 'kinbridge_consumer_reading{group="invented"} 0.0' in measures
        assert (await running.quiet())["lag"] == 1, "nobody can tell that it is quiet"
    finally:
        await running.supervisor.stop()


async def test_the_jobs_are_let_in_like_the_services(
    broker: SecuredKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(make_topics, broker.by_password())
    await skip_what_is_lost(broker.by_password())
    monkeypatch.setattr(prepare, "KAFKA_WITHIN", 0.5)
    with pytest.raises(CannotStartError, match="refuses kafka_username"):
        await asyncio.to_thread(make_topics, broker.by_password(password=WRONG))


async def test_a_kafka_that_is_away_or_lets_us_in_refuses_nothing(broker: SecuredKafka) -> None:
    assert await refusal_of(broker.by_password()) is None
    assert await refusal_of(KafkaAt("127.0.0.1:1", "SSL", broker.authority.file)) is None
    assert await refusal_of(KafkaAt("127.0.0.1:1")) is None
