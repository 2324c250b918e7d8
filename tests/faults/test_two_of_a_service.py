"""A second process of a service joins in the middle of a day, and leaves again, well or badly."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from deploy.local.children import Child
from deploy.local.parts import SERVICES
from deploy.local.ports import free_ports
from deploy.local.processes import start_process
from tests.faults.drill import Drill, Fault, a_drill
from tests.faults.groups import GroupLag

pytestmark = pytest.mark.faults

Leave = Callable[[Child], object]


def joins(service: str, seconds: dict[str, Child]) -> Fault:
    async def fault(drill: Drill) -> None:
        drill.timeline.note(f"a second {service} joins")
        plan = drill.stack.plan
        plan = replace(plan, ports={**plan.ports, service: free_ports(1)[0]})
        seconds[service] = await asyncio.to_thread(start_process, plan, service)
        drill.hub.room_opens(f"the second {service}", plan.url(service))

    return fault


def leaves(service: str, seconds: dict[str, Child], how: Leave) -> Fault:
    async def fault(drill: Drill) -> None:
        drill.timeline.note(f"the second {service} leaves")
        drill.hub.room_closes(f"the second {service}")
        await asyncio.to_thread(how, seconds[service])

    return fault


async def test_a_second_process_joins_and_leaves_and_nothing_is_lost() -> None:
    seconds: dict[str, Child] = {}
    async with a_drill() as drill, GroupLag(drill.hub.kafka) as drill.hub.groups:
        dice = drill.dice()
        for number, service in enumerate(dice.sample(SERVICES, len(SERVICES))):
            come, go = sorted(dice.sample(range(2 + 14 * number, 14 + 14 * number), 2))
            how = Child.kill if number % 2 else Child.stop
            drill.faults[f"act {come}"] = joins(service, seconds)
            drill.faults[f"act {go}"] = leaves(service, seconds, how)
        try:
            await drill.play()
            await drill.find_green()
        finally:
            for child in seconds.values():
                child.kill()
