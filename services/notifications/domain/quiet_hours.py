"""A text message at three in the morning may be read by the wrong person: it waits for the desk."""

from datetime import datetime, timedelta

from contracts.notifications import Channel
from councils.rules import CouncilRules
from councils.working_time import counts_from, is_open


def waits(channel: Channel, at: datetime, rules: CouncilRules) -> timedelta | None:
    """Tell how long a message waits until somebody is there to answer; None if it may go now.

    An e-mail makes no sound and a webhook meets no person: only text messages wait.
    """
    if channel is not Channel.SMS or is_open(at, rules):
        return None
    return counts_from(at, rules) - at
