"""The edge where staff of both sides come in: a file per side."""

from services.handover.http import reading, receiving_side, sending_side, visits

ROUTERS = (reading.router, sending_side.router, receiving_side.router, visits.router)
