"""The service's command line."""

from chassis.command_line import command_line
from services.notifications import CARD
from services.notifications.main import assemble
from services.notifications.settings import NotificationsSettings

if __name__ == "__main__":
    command_line(CARD, NotificationsSettings, assemble)
