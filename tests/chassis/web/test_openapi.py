"""What the description promises is what the edge does."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.web.asking import IdempotencyKey
from chassis.web.identity import Actor, staff
from tests.making.applications import an_application, calling

router = APIRouter()


class Note(BaseModel):
    code: str


@router.post("/notes", status_code=201)
async def write(note: Note, key: IdempotencyKey, _who: Annotated[Actor, Depends(staff())]) -> str:
    return f"{note.code} {key}"


async def described() -> Any:
    async with calling(an_application(router)) as client:
        return (await client.get("/openapi.json")).json()


async def test_every_error_is_described_as_a_problem() -> None:
    document = await described()
    answers = document["paths"]["/notes"]["post"]["responses"]
    assert {"201", "400", "401", "403", "404", "409", "413", "422", "425", "503"} <= set(answers)
    assert list(answers["422"]["content"]) == ["application/problem+json"]
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_the_token_and_the_key_are_described_and_no_host_is() -> None:
    document = await described()
    operation = document["paths"]["/notes"]["post"]
    assert operation["security"] == [{"token": []}]
    assert operation["parameters"][0]["name"] == "Idempotency-Key"
    assert "servers" not in document
