"""GOV.UK Notify's errors, in its own shape and words, for those that an integration can meet."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError


@dataclass
class NotifyError(Exception):
    """One answer of the API: a status, the error's name and one or more sentences."""

    status: int
    error: str
    messages: tuple[str, ...]

    def response(self) -> JSONResponse:
        """Give it the shape that Notify's clients read."""
        errors = [{"error": self.error, "message": message} for message in self.messages]
        return JSONResponse({"status_code": self.status, "errors": errors}, self.status)


def bad_request(message: str) -> NotifyError:
    """Refuse what a template or a service's rules do not allow."""
    return NotifyError(400, "BadRequestError", (message,))


def invalid(*messages: str) -> NotifyError:
    """Refuse what is malformed."""
    return NotifyError(400, "ValidationError", messages)


def no_entry(message: str, status: int = 403) -> NotifyError:
    """Refuse a token."""
    return NotifyError(status, "AuthError", (message,))


def nothing_found() -> NotifyError:
    """Say that there is no such notification or template."""
    return NotifyError(404, "NoResultFound", ("No result found",))


def from_validation(error: ValidationError) -> NotifyError:
    """Turn pydantic's findings into the sentences of Notify's schema check."""
    return invalid(*(_sentence(one["type"], one["loc"]) for one in error.errors()))


def _sentence(kind: str, place: tuple[int | str, ...]) -> str:
    name = str(place[0]) if place else "body"
    sentences = {
        "missing": f"{name} is a required property",
        "extra_forbidden": f"Additional properties are not allowed ({name} was unexpected)",
        "uuid_parsing": f"{name} is not a valid UUID",
        "uuid_type": f"{name} is not a valid UUID",
        "dict_type": f"{name} should contain key value pairs",
        "string_too_long": f"{name} is too long",
    }
    return sentences.get(kind, f"{name} is not of the right type")


async def answer_refusal(_: Request, error: Exception) -> JSONResponse:
    """Answer a NotifyError that a route raised."""
    if not isinstance(error, NotifyError):
        raise error
    return error.response()
