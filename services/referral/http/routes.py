"""All routes of the front door, besides those that the chassis gives every service."""

from services.referral.http import agencies, submitting, tokens

ROUTERS = (submitting.router, agencies.router, tokens.router)
