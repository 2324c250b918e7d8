"""The servers of one machine hold what they took through a stop, a kill and a restart."""

import psycopg
import pytest

from chassis.messaging.kafka_security import KafkaAt
from deploy.local.kafka_ready import can_take_a_topic
from tests.making.servers import own_broker, own_cluster
from tests.making.waiting import eventually


@pytest.mark.postgres
def test_what_postgresql_committed_is_there_after_it_was_killed() -> None:
    with own_cluster() as server:
        with psycopg.connect(server.url()) as first:
            first.execute("CREATE TABLE noted (line text)")
            first.execute("INSERT INTO noted VALUES ('kept')")
        first_pid = server.pid
        server.kill()
        assert not server.running
        server.start()
        assert server.pid != first_pid
        with psycopg.connect(server.url()) as again:
            assert again.execute("SELECT line FROM noted").fetchone() == ("kept",)


@pytest.mark.postgres
def test_a_server_refuses_who_has_not_its_password(fresh_cluster: str) -> None:
    with psycopg.connect(fresh_cluster) as known:
        assert known.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(fresh_cluster, password="guessed")


@pytest.mark.kafka
async def test_the_shared_broker_can_take_a_topic(kafka_servers: str) -> None:
    assert await can_take_a_topic(KafkaAt(kafka_servers))


@pytest.mark.faults
async def test_a_killed_broker_comes_back_and_a_paused_one_goes_on() -> None:
    with own_broker() as broker:
        broker.kill()
        assert not await can_take_a_topic(KafkaAt(broker.bootstrap))
        broker.start()
        broker.pause()
        assert not await can_take_a_topic(KafkaAt(broker.bootstrap))
        broker.resume()
        await eventually(lambda: can_take_a_topic(KafkaAt(broker.bootstrap)), within=60)
