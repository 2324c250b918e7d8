"""The front door's command line: `python -m services.referral serve | migrate | …`."""

from chassis.command_line import command_line
from services.referral import CARD
from services.referral.main import assemble
from services.referral.settings import ReferralSettings

if __name__ == "__main__":
    command_line(CARD, ReferralSettings, assemble)
