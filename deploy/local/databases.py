"""One database per service, with an owner who migrates it and an application that may only work."""

import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True)
class ServiceDatabase:
    """The two URLs of a service's database."""

    owner_url: str
    app_url: str


@dataclass(frozen=True)
class Passwords:
    """The passwords of a service's two roles."""

    owner: str
    app: str

    @classmethod
    def fresh(cls) -> "Passwords":
        """Draw two passwords that need no escaping in a URL."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24))


def create_service_database(
    server_url: str,
    service: str,
    *,
    passwords: Passwords | None = None,
    database: str | None = None,
) -> ServiceDatabase:
    """Make a service's database and its roles, or bring those that are there to these passwords.

    `<service>_owner` owns the database; `<service>_app` may connect, and gets the rest from the
    migrations. Nobody else may connect.

    Args:
        server_url: A role that may create databases and roles.
        service: The service's name.
        passwords: Its roles' passwords; new ones are drawn when None.
        database: The database's name, `kinbridge_<service>` when None.
    """
    passwords = passwords or Passwords.fresh()
    database = database or named(service)
    owner, app = f"{service}_owner", f"{service}_app"
    with psycopg.connect(server_url, autocommit=True) as conn:
        _role(conn, owner, passwords.owner)
        _role(conn, app, passwords.app)
        _database(conn, database, owner)
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {app}",
        ):
            conn.execute(
                sql.SQL(statement).format(
                    database=sql.Identifier(database), app=sql.Identifier(app)
                )
            )
    return addresses(server_url, service, passwords=passwords, database=database)


def addresses(
    server_url: str, service: str, *, passwords: Passwords, database: str | None = None
) -> ServiceDatabase:
    """Tell a service's two URLs, whether its database exists or not."""
    database = database or named(service)
    return ServiceDatabase(
        _url(server_url, f"{service}_owner", passwords.owner, database),
        _url(server_url, f"{service}_app", passwords.app, database),
    )


def named(service: str) -> str:
    """Tell the name of a service's database."""
    return f"kinbridge_{service}"


def _role(conn: psycopg.Connection, role: str, password: str) -> None:
    known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = "ALTER" if known else "CREATE"
    conn.execute(
        sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(password)
        )
    )


def _database(conn: psycopg.Connection, database: str, owner: str) -> None:
    found = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
    if found:
        return
    conn.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner)))
    conn.execute(
        sql.SQL("CREATE DATABASE {} OWNER {}").format(
            sql.Identifier(database), sql.Identifier(owner)
        )
    )


def _url(server_url: str, role: str, password: str, database: str) -> str:
    server = conninfo_to_dict(server_url)
    host, port = server.get("host", "127.0.0.1"), server.get("port", "5432")
    return f"postgresql://{role}:{password}@{host}:{port}/{database}"
