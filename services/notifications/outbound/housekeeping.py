"""Keeps secrets as they should be: expired ones deleted, old seals made anew with the first key."""

import asyncio

from services.notifications.room import Room
from services.notifications.store import endpoints

EVERY_SECONDS = 3600.0


async def keep_secrets(room: Room) -> None:
    """Keep secrets, now and every hour, until cancelled."""
    while True:
        await tidy_secrets(room)
        await asyncio.sleep(EVERY_SECONDS)


async def tidy_secrets(room: Room) -> None:
    """Delete what signs no longer, and seal the rest with the first key."""
    async with room.engine.begin() as conn:
        await endpoints.forget_expired(conn, room.wall())
        for council, secret_id, sealed in await endpoints.all_sealed(conn):
            await endpoints.seal_anew(conn, council, secret_id, room.sealer.anew(sealed))
