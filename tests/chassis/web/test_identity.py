"""Who may pass the door, as the issuer vouches for them."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.facts import TryLater
from chassis.web.identity import Actor, IdentityDoor
from chassis.web.problems import NotIdentified
from chassis.web.tokens import REMEMBERED_TOKENS, VerifiedTokens
from tests.making.issuers import (
    AUDIENCE,
    Issuer,
    a_key,
    hub_agencies,
    hub_services,
    network_of,
)


@asynccontextmanager
async def a_door(*issuers: Issuer) -> AsyncIterator[IdentityDoor]:
    trusted = tuple(issuer.registration for issuer in issuers)
    door = IdentityDoor(trusted, AUDIENCE, network_of(*issuers), elapsed=time.time)
    try:
        yield door
    finally:
        await door.close()


async def test_a_worker_is_of_the_council_whose_issuer_vouches_for_them() -> None:
    southend = Issuer()
    async with a_door(southend) as door:
        actor = await door.actor(southend.token(roles=["duty_worker"]))
    assert actor == Actor(
        "w-1001", "staff", "southend", "southend", roles=frozenset({"duty_worker"})
    )


async def test_an_rsa_key_is_as_good() -> None:
    southend = Issuer(keys=[a_key("rsa", "RSA")])
    async with a_door(southend) as door:
        assert (await door.actor(southend.token())).subject == "w-1001"


async def test_a_worker_of_one_council_cannot_claim_another() -> None:
    southend = Issuer()
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(southend.token(kinbridge_council="west-sussex"))


async def test_a_worker_cannot_make_themselves_an_agency_or_a_service() -> None:
    southend = Issuer()
    async with a_door(southend) as door:
        actor = await door.actor(
            southend.token(kinbridge_organisation="a-1", scope="x", client_id="referral")
        )
    assert actor.kind == "staff"
    assert not actor.scopes
    assert actor.organisation == "southend"


async def test_an_agency_is_of_the_council_and_organisation_that_the_hub_says() -> None:
    hub = hub_agencies()
    token = hub.token(kinbridge_council="southend", kinbridge_organisation="a-7", scope="read send")
    async with a_door(hub) as door:
        actor = await door.actor(token)
    assert (actor.kind, actor.council, actor.organisation) == ("agency", "southend", "a-7")
    assert actor.scopes == {"read", "send"}


async def test_a_service_speaks_for_no_council() -> None:
    hub = hub_services()
    async with a_door(hub) as door:
        actor = await door.actor(hub.token(client_id="allocation", kinbridge_council="southend"))
    assert (actor.kind, actor.client, actor.council) == ("service", "allocation", "")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "kinbridge-allocation"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"iat": None},
        {"exp": None},
        {"exp": int(time.time()) - 31},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 600},
        {"iat": int(time.time()) + 600},
        {"roles": "duty_worker"},
        {"roles": [1]},
        {"kinbridge_council": ["southend"]},
    ],
    ids=str,
)
async def test_a_token_with_an_unsound_claim_is_not_believed(claims: dict[str, Any]) -> None:
    southend = Issuer()
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(southend.token(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"kinbridge_organisation": "a-7"},
        {"kinbridge_council": "southend"},
    ],
    ids=str,
)
async def test_an_agency_without_council_or_organisation_is_not_believed(
    claims: dict[str, Any],
) -> None:
    hub = hub_agencies()
    async with a_door(hub) as door:
        with pytest.raises(NotIdentified):
            await door.actor(hub.token(**claims))


async def test_thirty_seconds_of_clock_difference_are_forgiven() -> None:
    southend = Issuer()
    now = int(time.time())
    async with a_door(southend) as door:
        assert await door.actor(southend.token(exp=now - 20))
        assert await door.actor(southend.token(iat=now + 20, nbf=now + 20))


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", "é.é.é", "e30.e30.e30", "e30.W10.e30", "." * 9000, "a" * 9000],
    ids=range(8),
)
async def test_what_is_not_a_token_is_not_believed(token: str) -> None:
    async with a_door(Issuer()) as door:
        with pytest.raises(NotIdentified):
            await door.actor(token)


async def test_a_token_signed_by_a_stranger_with_a_known_key_id_is_not_believed() -> None:
    southend = Issuer()
    stranger = Issuer(keys=[ECKey.generate_key("P-256", {"kid": "first"})])
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(stranger.token())


async def test_a_token_of_one_issuer_signed_with_the_key_of_another_is_not_believed() -> None:
    southend, west_sussex = Issuer(), Issuer("https://ws.example", council="west-sussex")
    west_sussex.keys = [a_key("second")]
    async with a_door(southend, west_sussex) as door:
        with pytest.raises(NotIdentified):
            await door.actor(west_sussex.token(iss=southend.url))


@pytest.mark.parametrize("alg", ["HS256", "none", "PS256"])
async def test_a_token_signed_with_what_is_public_is_not_believed(alg: str) -> None:
    southend = Issuer()
    header = urlsafe_b64encode(json.dumps({"alg": alg, "kid": "first"}).encode()).decode()
    signed = f"{header.rstrip('=')}.{southend.token().split('.')[1]}"
    published = a_key("first")
    assert isinstance(published, ECKey)
    public = published.as_pem(private=False)
    signature = urlsafe_b64encode(hmac.digest(public, signed.encode(), "sha256")).decode()
    forged = f"{signed}.{signature.rstrip('=') if alg == 'HS256' else ''}"
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(forged)


@pytest.mark.parametrize("alg", ["PS256", "RS512"])
async def test_a_sound_signature_of_another_algorithm_is_not_believed(alg: str) -> None:
    southend = Issuer(keys=[a_key("rsa", "RSA")])
    claims = {"iss": southend.url, "sub": "w-1", "aud": AUDIENCE, "iat": 1, "exp": 2**31}
    token = jwt.encode({"alg": alg, "kid": "rsa"}, claims, a_key("rsa", "RSA"), [alg])
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(token)


async def test_an_identity_token_of_another_type_is_not_believed() -> None:
    southend = Issuer()
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified):
            await door.actor(southend.token(header={"typ": "logout+jwt"}))


async def test_the_refusal_never_repeats_the_token() -> None:
    southend = Issuer()
    token = southend.token(aud="another")
    async with a_door(southend) as door:
        with pytest.raises(NotIdentified) as refusal:
            await door.actor(token)
    assert token not in str(refusal.value)
    assert refusal.value.__cause__ is None


async def test_keys_are_fetched_once_and_again_when_a_new_one_turns_up() -> None:
    southend = Issuer()
    with time_machine.travel(time.time(), tick=False) as clock:
        async with a_door(southend) as door:
            for worker in range(5):
                await door.actor(southend.token(sub=f"w-{worker}"))
            assert southend.asked == 1
            southend.keys = [a_key("second")]
            clock.shift(31)
            await door.actor(southend.token())
            assert southend.asked == 2


async def test_unknown_key_ids_do_not_hammer_the_issuer() -> None:
    southend = Issuer()
    stranger = a_key("stranger")
    async with a_door(southend) as door:
        for worker in range(5):
            with pytest.raises(NotIdentified):
                await door.actor(southend.token(stranger, sub=f"w-{worker}"))
    assert southend.asked == 1


async def test_a_known_key_still_serves_while_the_issuer_is_away() -> None:
    southend = Issuer()
    with time_machine.travel(time.time(), tick=False) as clock:
        async with a_door(southend) as door:
            await door.actor(southend.token())
            southend.away = True
            clock.shift(700)
            assert await door.actor(southend.token(sub="w-2"))
            assert southend.asked == 2


async def test_an_unknown_key_while_the_issuer_is_away_is_try_later() -> None:
    southend = Issuer(away=True)
    async with a_door(southend) as door:
        for _ in range(3):
            with pytest.raises(TryLater):
                await door.actor(southend.token())
    assert southend.asked == 1


@pytest.mark.parametrize("document", [b"<html>", b"[]", b'{"keys": []}', b'{"keys": [{}]}'])
async def test_known_keys_are_not_forgotten_for_a_broken_document(document: bytes) -> None:
    southend, broken = Issuer(), False

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=document) if broken else southend.publish(request)

    door = IdentityDoor((southend.registration,), AUDIENCE, httpx.MockTransport(answer), time.time)
    with time_machine.travel(time.time(), tick=False) as clock:
        await door.actor(southend.token())
        broken = True
        clock.shift(700)
        assert await door.actor(southend.token())
    await door.close()


async def test_a_withdrawn_key_is_no_longer_believed_soon_after() -> None:
    southend = Issuer()
    with time_machine.travel(time.time(), tick=False) as clock:
        async with a_door(southend) as door:
            token = southend.token(exp=int(time.time()) + 3600)
            await door.actor(token)
            southend.keys = [a_key("second")]
            clock.shift(601)
            with pytest.raises(NotIdentified):
                await door.actor(token)


async def test_a_verified_token_is_remembered_until_it_expires() -> None:
    southend = Issuer()
    with time_machine.travel(time.time(), tick=False) as clock:
        async with a_door(southend) as door:
            token = southend.token()
            assert await door.actor(token) is await door.actor(token)
            clock.shift(331)
            with pytest.raises(NotIdentified):
                await door.actor(token)


def test_no_more_tokens_are_remembered_than_the_bound() -> None:
    remembered: VerifiedTokens[int] = VerifiedTokens()
    for number in range(REMEMBERED_TOKENS + 5):
        remembered.keep(str(number), time.time() + 60, number)
    assert remembered.find("0") is None
    assert remembered.find(str(REMEMBERED_TOKENS)) == REMEMBERED_TOKENS


def test_one_issuer_cannot_be_registered_for_two_kinds_of_actor() -> None:
    twice = (Issuer().registration, Issuer(kind="agency").registration)
    with pytest.raises(ValueError, match="named twice"):
        IdentityDoor(twice, AUDIENCE)
