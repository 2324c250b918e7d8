"""A whole stack starts, tells where it is, and comes back part by part after kills and hangs."""

import json

import httpx
import pytest

from chassis.messaging.kafka_security import KafkaAt
from deploy.local.kafka_ready import can_take_a_topic
from deploy.local.parts import SERVICES
from deploy.local.stack import Stack
from tests.making.waiting import eventually

ALL_READY = {"ready"}


@pytest.mark.day
def test_everything_is_ready_and_stack_json_says_where(stack: Stack) -> None:
    assert set(stack.standing().values()) == ALL_READY
    told = json.loads(stack.plan.state_file.read_text())
    for address in told["services"].values():
        assert httpx.get(f"{address}/health/ready", trust_env=False).status_code == 200


@pytest.mark.day
def test_starting_what_runs_already_starts_nothing_anew(stack: Stack) -> None:
    before = stack.told()["processes"]
    Stack.named(stack.plan.name).up()
    assert Stack.named(stack.plan.name).told()["processes"] == before


@pytest.mark.faults
@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_service_is_ready_again_at_its_old_address(stack: Stack, service: str) -> None:
    stack.kill_service(service)
    assert stack.standing()[service] == "ended"
    stack.restart_service(service)
    assert stack.standing()[service] == "ready"
    assert Stack.open(stack.plan.state_file).plan.url(service) == stack.plan.url(service)


@pytest.mark.faults
async def test_kafka_comes_back_after_a_hang_and_after_a_kill(stack: Stack) -> None:
    stack.pause_kafka()
    assert not await can_take_a_topic(KafkaAt(stack.plan.bootstrap))
    stack.resume_kafka()
    await eventually(lambda: can_take_a_topic(KafkaAt(stack.plan.bootstrap)), within=60)
    stack.kill_kafka()
    stack.start_kafka()
    assert await can_take_a_topic(KafkaAt(stack.plan.bootstrap))


@pytest.mark.faults
def test_all_is_ready_again_after_the_machine_was_switched_off(stack: Stack) -> None:
    for service in SERVICES:
        stack.kill_service(service)
    stack.kill_postgres()
    stack.kill_kafka()
    stack.up()
    assert set(stack.standing().values()) == ALL_READY
