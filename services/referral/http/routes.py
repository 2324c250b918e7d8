"""All routes of the front door, besides those that the chassis gives every service."""

from services.referral.http import (
    agencies,
    family,
    internal,
    reading,
    steps,
    submitting,
    tokens,
)

ROUTERS = (
    submitting.router,
    reading.router,
    steps.router,
    family.router,
    agencies.router,
    tokens.router,
    internal.router,
)
