"""The one place where a read is narrowed to its council, and to an agency's own."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, exists, select

from services.notifications.store.tables import notifications, referrals


def within(table: Table, council: str, **columns: Any) -> ColumnElement[bool]:
    """Narrow to one council and to the values given."""
    narrowed = (table.c[name] == value for name, value in columns.items())
    return and_(table.c.council == council, *narrowed)


def of_agency(council: str, agency_id: UUID) -> ColumnElement[bool]:
    """Narrow notifications to those of one agency's own referrals."""
    theirs = select(referrals.c.referral_id).where(
        within(referrals, council, agency_id=agency_id),
        referrals.c.referral_id == notifications.c.referral_id,
    )
    return and_(notifications.c.council == council, exists(theirs))
