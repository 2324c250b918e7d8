"""What a person at the terminal is told: where everything is, and a first thing to try."""

from rich.console import Console
from rich.table import Table

from deploy.local.first_agency import first_agency
from deploy.local.parts import SIMULATORS
from deploy.local.places import ROOT
from deploy.local.stack import Stack

COLOURS = {"ready": "green", "elsewhere": "green", "starting": "yellow", "ended": "red"}


def show_standing(console: Console, stack: Stack) -> bool:
    """Print how each part stands; True when all of it is ready."""
    table = Table("part", "stands", "address", "process", box=None, header_style="bold")
    marks = stack.told()["processes"]
    standing = stack.standing()
    for name, word in standing.items():
        pid = str(marks[name]["pid"]) if name in marks else ""
        table.add_row(name, f"[{COLOURS[word]}]{word}[/]", _address(stack, name), pid)
    console.print(table)
    return all(word in ("ready", "elsewhere") for word in standing.values())


def show_first_steps(console: Console, stack: Stack) -> None:
    """Print how to get a token, and a request to try with it."""
    if not stack.plan.councils:
        return
    council = stack.plan.councils[0]
    issuer = f"{stack.plan.url(SIMULATORS)}/issuers/{council}"
    referral = stack.plan.url("referral")
    prompts = f"{referral}/prompts"
    agency = first_agency(stack)
    read_token = "python3 -c \"import json,sys; print(json.load(sys.stdin)['access_token'])\""  # noqa: S105 - a line to type
    lines = (
        "",
        "[bold]Refer an invented family, as an invented school:[/]",
        f"  AGENCY=$(curl -s {referral}/oauth/token -d grant_type=client_credentials \\",
        f"    -u '{agency.client_id}:{agency.client_secret}' | {read_token})",
        f'  curl -s {referral}/referrals -H "Authorization: Bearer $AGENCY" \\',
        "    -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first' \\",
        "    -d @deploy/day/forms/example.json | python3 -m json.tool",
        "[bold]Who works at the invented council, and a token for one of them[/] (development):",
        f"  curl -s {issuer}/people",
        f"  TOKEN=$(curl -s {issuer}/token -d subject=staff-priya \\",
        f"    | {read_token})",
        "[bold]What the duty manager is asked to do:[/]",
        f'  curl -s {prompts} -H "Authorization: Bearer $TOKEN"',
        "",
        f"State: {stack.plan.state_file.relative_to(ROOT)}",
        "Logs: make logs    Stop: make down    Remove all data: make clean",
    )
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _address(stack: Stack, name: str) -> str:
    if name == "kafka":
        return stack.plan.bootstrap
    if name == "postgres":
        return "DATABASE_URL" if stack.server_url else f"127.0.0.1:{stack.plan.ports[name]}"
    return stack.plan.url(name)
