"""Where a webhook may go: in production to https on a public address, and nowhere inside."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from chassis.facts import Malformed

_NAT64 = ip_network("64:ff9b::/96")
"""Under which IPv4 addresses appear in IPv6 (RFC 6052)."""


class AddressRefused(Malformed):
    """The webhook's address is not one that we may call (422)."""

    slug = "webhook-address-refused"
    title = "This address cannot be used for webhooks"


def check_address(url: str, *, production: bool) -> None:
    """Refuse what can be seen to be wrong without asking anybody.

    Raises:
        AddressRefused: says what is wrong, without the address.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("This is not a web address.") from None
    if parts.scheme not in ("https", "http") or not host:
        raise AddressRefused("A webhook goes to a web address.")
    if parts.username or parts.password or parts.fragment:
        raise AddressRefused("The address may hold neither a user name nor a fragment.")
    if production and parts.scheme != "https":
        raise AddressRefused("A webhook's address begins with https.")
    if production and not public_host(host):
        raise AddressRefused("A webhook goes to a public address.")


def public_host(host: str) -> bool:
    """Tell whether a host may be public; what a name resolves to is checked when it is called."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        name = host.rstrip(".").casefold()
        inside = (".local", ".internal", ".localhost", ".home.arpa", ".cluster.local", ".svc")
        return "." in name and not name.endswith(inside) and not name[-1].isdigit()


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is on the public network, however it is written."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        if address.teredo is not None:
            return False
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address.is_global and not address.is_multicast
