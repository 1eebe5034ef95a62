"""Where a request comes from: an address that the client cannot choose, and the network that a limit counts.

Both are keys of rate limits and of keyed indexes only; neither is stored or logged.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's network address, "" when there is none.

    Behind a proxy the last hop counts, which the proxy itself wrote; earlier ones are the client's own claims. Without
    a proxy (BEHIND_PROXY off) the whole header is the client's claim and is not read.
    """
    if settings.BEHIND_PROXY and (hops := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(hops).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str, *, v4: int = 24, v6: int = 48) -> str:
    """Return the network a limit counts, "" for what is no address.

    One subscriber of IPv6 has more addresses (a /64) than any limit can count one by one.

    Args:
        address: as client_address returns it.
        v4: prefix length for IPv4.
        v6: prefix length for IPv6.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, v4 if parsed.version == 4 else v6), strict=False))


def subscriber_of(request: HttpRequest) -> str:
    """Return what one subscriber holds: an IPv4 address or a /64 of IPv6; "unknown" without an address."""
    return network_of(client_address(request), v4=32, v6=64) or "unknown"
