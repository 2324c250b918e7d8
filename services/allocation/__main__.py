"""`python -m services.allocation serve | migrate | partitions | restored | parked | openapi`."""

from chassis.command_line import command_line
from services.allocation import CARD
from services.allocation.main import assemble
from services.allocation.settings import AllocationSettings

command_line(CARD, AllocationSettings, assemble)
