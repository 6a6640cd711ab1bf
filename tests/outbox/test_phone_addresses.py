"""An address with a phone number in it is read once, and means what it would if read for each."""

from collections.abc import Callable
from typing import Any

import pytest
from apprise import Apprise, plugins

from coordinator.outbox import phone_addresses
from coordinator.outbox.phone_addresses import SAMPLE, PhoneAddresses

PHONE = "18612340987"
READ: Callable[[str], dict[str, Any]] = plugins.url_to_dict
KINDS = (
    "json://127.0.0.1:80/member/{phone}",
    "jsons://user:word@gateway.example/{phone}?:to={phone}&+X-To={phone}",
    "xml://gateway.example/{phone}",
    "form://gateway.example/?-to={phone}",
    "smseagle://token@gateway.example/{phone}",
    "clicksend://user:key@{phone}",
    "d7sms://token@{phone}",
    "seven://apikey/{phone}",
)


def compared(sender: Any) -> tuple[str, Any]:
    return str(sender.url()), sorted(map(str, getattr(sender, "targets", ())))


@pytest.mark.parametrize("template", KINDS)
def test_what_is_made_for_a_phone_is_what_its_address_says(template: str) -> None:
    read = PhoneAddresses().read(template, PHONE)
    assert read is not None

    made = Apprise.instantiate(read)
    plain = Apprise.instantiate(template.replace("{phone}", PHONE))

    assert made is not None
    assert compared(made) == compared(plain)
    assert SAMPLE not in compared(made)[0]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    original = phone_addresses._read

    def counting(template: str) -> Any:
        read.append(template)
        return original(template)

    monkeypatch.setattr(phone_addresses, "_read", counting)
    return read


def test_an_address_is_read_once_and_what_is_made_of_it_shares_nothing(counted: list[str]) -> None:
    known = PhoneAddresses()
    first = known.read(KINDS[1], PHONE)
    assert first is not None
    for values in first.values():
        if isinstance(values, dict):
            values.clear()

    assert known.read(KINDS[1], PHONE) == READ(KINDS[1].replace("{phone}", PHONE))
    assert counted == [KINDS[1]]


@pytest.mark.parametrize("phone", ["+8618612340987", "186 1234 0987", "8888", "18612340987#1", ""])
def test_a_number_that_is_written_otherwise_is_read_for_itself(phone: str) -> None:
    assert PhoneAddresses().read(KINDS[0], phone) is None


@pytest.mark.parametrize(
    "template", [f"json://host/{SAMPLE}/{{phone}}", "json://host/duty", "nothing-known://{phone}"]
)
def test_where_the_sample_stands_for_something_else_each_is_read_for_itself(template: str) -> None:
    assert PhoneAddresses().read(template, PHONE) is None


def test_a_service_that_takes_a_number_apart_is_never_told_the_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("apprise.plugins.url_to_dict", lambda url: {"tail": url[-4:]})

    assert PhoneAddresses().read("json://host/{phone}", PHONE) is None
