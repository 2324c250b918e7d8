"""The command line of the handover service: serve, migrate, parked and the others."""

from chassis.command_line import command_line
from services.handover import CARD
from services.handover.main import assemble
from services.handover.settings import HandoverSettings

command_line(CARD, HandoverSettings, assemble)
