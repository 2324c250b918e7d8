"""By which roads each kind of referrer is told, in order; the last road is always a person."""

from collections.abc import Mapping
from typing import Final

from contracts.codes import ReferrerKind
from contracts.notifications import Channel

ROADS: Final[Mapping[ReferrerKind, tuple[Channel, ...]]] = {
    ReferrerKind.AGENCY: (Channel.WEBHOOK, Channel.EMAIL, Channel.PHONE),
    ReferrerKind.SOCIAL_CARE: (Channel.WEBHOOK, Channel.EMAIL, Channel.PHONE),
    ReferrerKind.FAMILY: (Channel.EMAIL, Channel.SMS, Channel.PHONE),
    ReferrerKind.RELATIVE_OR_PUBLIC: (Channel.EMAIL, Channel.PHONE),
    ReferrerKind.UNKNOWN: (Channel.PHONE,),
}


def roads(kind: ReferrerKind, *, has_endpoint: bool) -> tuple[Channel, ...]:
    """Name the roads for one referrer, without the webhook where no endpoint is registered."""
    return tuple(road for road in ROADS[kind] if has_endpoint or road is not Channel.WEBHOOK)
