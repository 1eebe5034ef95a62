"""Which network a request comes from, coarse enough to be nobody's address."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def prefix_of(request: HttpRequest) -> str:
    """Return the /24 (IPv4) or /48 (IPv6) network of the client, "unknown" when there is none.

    It is used as the key of a rate limit only, which keeps an HMAC of it. Behind a proxy the last hop that the proxy
    itself wrote counts; earlier ones are the client's own claims.
    """
    raw = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (hops := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        raw = hops.rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))
