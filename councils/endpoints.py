"""The address of a council's care system, which a service's settings hold and this checks."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from councils.rules import CouncilRules


class EndpointWrong(Exception):  # noqa: N818 -- errors are named for the fact
    """A handover could not be sent there, or not safely."""

    slug: Final = "endpoint-wrong"


def social_care_endpoint(
    rules: CouncilRules, endpoints: Mapping[str, str], *, development: bool = False
) -> str:
    """Return the care system's address from settings keyed by `social_care.endpoint_name`.

    Raises:
        EndpointWrong: If it is not set, or is not https outside development.
    """
    name = rules.social_care.endpoint_name
    if name not in endpoints:
        raise EndpointWrong(f"The settings hold no endpoint named {name}, for {rules.name}.")
    parts = urlsplit(endpoints[name])
    allowed = {"https", "http"} if development else {"https"}
    if parts.scheme not in allowed or not parts.hostname:
        raise EndpointWrong(f"The endpoint named {name}, for {rules.name}, must be an https one.")
    return endpoints[name]
