"""Stand-ins for addresses of machines: the network's kind and the maker stay, the machine is another."""

from __future__ import annotations

import ipaddress
import random

PRIVATE_OCTETS = {10: 1, 172: 2, 192: 2}
"""Leading octets of private networks that stay, by the first."""


def ip_address(text: str, draws: random.Random) -> str:
    """Return another address of the same version, private where the old one is."""
    address = ipaddress.ip_address(text.strip())
    if address.version == 4:
        octets = str(address).split(".")
        keep = PRIVATE_OCTETS.get(int(octets[0]), 1) if address.is_private else 1
        return ".".join(octets[:keep] + [str(draws.randint(1, 254)) for _ in octets[keep:]])
    fields = address.exploded.split(":")
    drawn = fields[:2] + [f"{draws.getrandbits(16):04x}" for _ in fields[2:]]
    return str(ipaddress.ip_address(":".join(drawn)))


def is_ip(text: str) -> bool:
    """Whether a text is an address of either version."""
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def ip_key(text: str) -> str:
    """Return the one form of an address."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return text.strip().lower()
