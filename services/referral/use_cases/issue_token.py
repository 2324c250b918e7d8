"""Gives an agency's software a token for its client secret; all who fail fail alike."""

from typing import Any

from chassis.facts import Fact
from services.referral.domain.agency import Agency, read_client_id
from services.referral.room import ReferralRoom
from services.referral.store.agencies import find_agency, live_hashes
from services.referral.store.scope import Reader


class WrongClient(Fact):
    """The client is unknown or closed, or the secret is wrong: nobody learns which."""

    slug = "invalid_client"
    title = "The client id or its secret is wrong"


class TooManyWrong(Fact):
    """The client had the wrong secret too often."""

    slug = "slow_down"
    title = "Too many wrong secrets; try again later"


class WrongScope(Fact):
    """A scope was asked for that the agency does not hold."""

    slug = "invalid_scope"
    title = "A scope was asked for that this client does not hold"


async def issue_token(
    room: ReferralRoom, client_id: str, secret: str, scope: str
) -> dict[str, Any]:
    """Check the secret, then sign a token for the scopes asked for, or for all that are held.

    Raises:
        TooManyWrong: It must wait; `seconds` says how long.
        WrongClient: Not believed.
        WrongScope: Believed, but it may not have such a token.
    """
    agency, hashes = await _look_up(room, client_id)
    await _check(room, client_id, hashes, secret)
    if agency is None or not agency.active:
        raise WrongClient
    wanted = scope.split() or list(agency.scopes)
    if not set(wanted) <= set(agency.scopes):
        raise WrongScope
    return room.tokens.token(agency, wanted)


async def _check(room: ReferralRoom, client_id: str, hashes: list[str], secret: str) -> None:
    if room.tokens.recognises(hashes, secret):
        return
    if seconds := room.tokens.seconds_to_wait(client_id):
        raise TooManyWrong(seconds=seconds)
    if not await room.tokens.matches(hashes, secret):
        room.tokens.note_wrong(client_id)
        raise WrongClient
    room.tokens.note_right(client_id)


async def _look_up(room: ReferralRoom, client_id: str) -> tuple[Agency | None, list[str]]:
    named = read_client_id(client_id)
    if named is None:
        return None, []
    reader = Reader(*named)
    async with room.engine.connect() as conn:
        agency = await find_agency(conn, reader, named[1])
        return agency, await live_hashes(conn, reader, named[1])
