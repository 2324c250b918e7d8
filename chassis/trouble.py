"""Tells trouble of the infrastructure, which passes, from everything else, which does not."""

import psycopg.errors as pg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.facts import TryLater

PASSING = (
    pg.LockNotAvailable,
    pg.QueryCanceled,
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.AdminShutdown,
    pg.CrashShutdown,
    pg.CannotConnectNow,
    pg.TooManyConnections,
    pg.IdleInTransactionSessionTimeout,
    pg.DiskFull,
    pg.OutOfMemory,
    pg.ReadOnlySqlTransaction,
)


def is_infrastructure(error: BaseException) -> bool:
    """Tell whether trying again later can help, though the work itself is unchanged.

    An SQL bug is not infrastructure. A missing partition is: PostgreSQL reports it as a check
    violation without a constraint's name, and the data that met it is sound.
    """
    if isinstance(error, TryLater | PoolTimeout | TimeoutError | ConnectionError):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, pg.CheckViolation):
        return cause.diag.constraint_name is None
    if isinstance(cause, PASSING):
        return True
    if isinstance(cause, pg.Error) and cause.sqlstate:
        return cause.sqlstate.startswith("08")
    return isinstance(error, OperationalError | InterfaceError | pg.OperationalError)
