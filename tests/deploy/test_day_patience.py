"""The day's users ask again where nothing is known, under one key, and take no for an answer."""

from collections.abc import Iterator

import httpx
import pytest

from deploy.day.patience import AsksAgain, NobodyAnswered

OURS = "http://allocation/cases"
STANDS = httpx.Response(409, json={"type": "urn:kinbridge:step-not-allowed"})
GONE = httpx.ReadError("the answer was lost")
AWAY = httpx.ConnectError("nobody is there")


class Service:
    """A service that answers with what it was given, in turn, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self._answers: Iterator[httpx.Response | httpx.TransportError] = iter(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


async def ask(
    service: Service, method: str = "POST", url: str = OURS, patience: float = 5.0
) -> tuple[httpx.Response, AsksAgain]:
    users = AsksAgain(httpx.MockTransport(service), patience)
    async with httpx.AsyncClient(transport=users) as http:
        return await http.request(method, url), users


@pytest.mark.parametrize("nothing_known", [AWAY, GONE, httpx.Response(503), httpx.Response(425)])
async def test_no_answer_means_ask_again_under_the_same_key(
    nothing_known: httpx.Response | httpx.TransportError,
) -> None:
    service = Service(nothing_known, httpx.Response(201, json={}))
    answer, users = await ask(service)
    assert (answer.status_code, users.again) == (201, 1)
    assert len({request.headers["Idempotency-Key"] for request in service.asked}) == 1


async def test_every_request_that_changes_something_has_a_key_and_is_announced() -> None:
    service = Service(*(httpx.Response(200, json={}) for _ in range(3)))
    users, announced = AsksAgain(httpx.MockTransport(service)), []

    async def pass_by() -> None:
        announced.append(len(service.asked))

    users.before_change = pass_by
    async with httpx.AsyncClient(transport=users) as http:
        for method in ("GET", "POST", "PUT"):
            await http.request(method, OURS)
    keyed = [request.method for request in service.asked if "Idempotency-Key" in request.headers]
    assert (keyed, announced) == (["POST", "PUT"], [1, 2])


@pytest.mark.parametrize(("first", "read_as"), [(GONE, 200), (AWAY, 409)])
async def test_a_step_that_stands_is_good_news_only_where_an_answer_was_lost(
    first: httpx.TransportError, read_as: int
) -> None:
    answer, _ = await ask(Service(first, STANDS))
    assert answer.status_code == read_as


async def test_a_refusal_is_an_answer() -> None:
    answer, users = await ask(Service(httpx.Response(409, json={"type": "urn:kinbridge:other"})))
    assert (answer.status_code, users.again) == (409, 0)


async def test_who_asks_for_quiet_hears_how_it_is_now() -> None:
    answer, users = await ask(Service(httpx.Response(503)), "GET", "http://allocation/quiet")
    assert (answer.status_code, users.again) == (503, 0)


async def test_patience_ends_and_tells_what_was_asked() -> None:
    with pytest.raises(NobodyAnswered, match="POST /cases"):
        await ask(Service(AWAY), patience=0.1)
