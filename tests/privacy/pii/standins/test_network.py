import ipaddress
import random

import pytest

from tabsynth.privacy.pii.standins.network import ip_address, ip_key, is_ip


@pytest.mark.parametrize(
    "text", ["73.208.194.151", "10.1.2.3", "192.168.10.7", "172.16.0.9", "2001:db8::8a2e:370:7334", "fe80::1"]
)
def test_an_address_keeps_its_version_and_a_private_one_stays_private(text: str) -> None:
    for seed in range(20):
        old, new = ipaddress.ip_address(text), ipaddress.ip_address(ip_address(text, random.Random(seed)))
        assert new.version == old.version
        assert new != old
        if old.version == 4:
            assert new.is_private == old.is_private


def test_an_address_has_one_form() -> None:
    assert ip_key(" 2001:0DB8::0001 ") == ip_key("2001:db8::1") == "2001:db8::1"
    assert ip_key("Not One") == "not one"
    assert is_ip("::1")
    assert not is_ip("1.2.3.400")
