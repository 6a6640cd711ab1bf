"""Where the brokers are and how to be let in: over TLS, with a name and a password, or neither.

kafka-python and aiokafka take the same options by the same names.
"""

import ssl
from pathlib import Path
from typing import Any, Final, NamedTuple

from coordinator.errors import BadInput
from coordinator.settings import PREFIX, Settings

_TLS: Final = ("SSL", "SASL_SSL")
_NAMED: Final = ("SASL_PLAINTEXT", "SASL_SSL")


class Brokers(NamedTuple):
    """Addresses, and what the settings say of security; files are read when one connects."""

    address: str
    settings: Settings

    def __repr__(self) -> str:
        return repr(self.address)


def brokers_of(settings: Settings, address: str | None = None) -> Brokers:
    """Return the brokers of the settings, or others that are entered in the same way.

    Raises:
        BadInput: naming the variable that is missing, or whose file cannot be read.
    """
    brokers = Brokers(address or settings.bootstrap, settings)
    connecting(brokers)
    return brokers


def connecting(brokers: Brokers | str) -> dict[str, Any]:
    """Return the options a client of kafka-python or aiokafka connects with.

    Args:
        brokers: an address alone stands for brokers that are open to everybody.

    Raises:
        BadInput: naming the variable that is missing, or whose file cannot be read.
    """
    if isinstance(brokers, str):
        return {"bootstrap_servers": brokers}
    settings = brokers.settings
    options: dict[str, Any] = {
        "bootstrap_servers": brokers.address,
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security in _TLS:
        options["ssl_context"] = _tls(settings)
    if settings.kafka_security in _NAMED:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": _needed(settings, "kafka_user"),
            "sasl_plain_password": _password(settings),
        }
    return options


def _tls(settings: Settings) -> ssl.SSLContext:
    """Trust the authority of the settings, or else the system's; the host's name is checked."""
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca_file or None)
    except OSError as error:
        raise _unreadable("kafka_ca_file", settings.kafka_ca_file, error) from None
    if settings.kafka_certificate_file:
        key = _needed(settings, "kafka_key_file")
        try:
            context.load_cert_chain(settings.kafka_certificate_file, key)
        except OSError as error:
            shown = f"{settings.kafka_certificate_file} with {key}"
            raise _unreadable("kafka_certificate_file", shown, error) from None
    return context


def _password(settings: Settings) -> str:
    file = _needed(settings, "kafka_password_file")
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeError) as error:
        raise _unreadable("kafka_password_file", file, error) from None


def _needed(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name))
    if not value:
        raise BadInput(f"{PREFIX}{name.upper()}: empty; {settings.kafka_security} needs it")
    return value


def _unreadable(name: str, value: str, error: Exception) -> BadInput:
    return BadInput(f"{PREFIX}{name.upper()}: {value}: {error}")
