"""Every setting: default, unit, meaning. Read from `COORDINATOR_<NAME>` in the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.errors import BadInput
from words.faults import told_first

PREFIX = "COORDINATOR_"


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Annotated[Path, Field(description="Folder of the log and the vault.")] = Path("var")
    host: Annotated[str, Field(description="Address the server listens on.")] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65_535, description="Port of the server; 0 for any free one.")
    ] = 8600
    port_or_next: Annotated[
        bool, Field(description="Take the next free port where it is taken, as `run` does.")
    ] = False
    waiting_max: Annotated[
        int, Field(ge=1, description="Signals that may wait per jurisdiction before 503.")
    ] = 10_000
    batch_max: Annotated[
        int, Field(ge=1, description="Signals decided and committed together at most.")
    ] = 200
    disk_low_mb: Annotated[
        int, Field(ge=0, description="Megabytes free beside the log below which health says so.")
    ] = 2_000
    snapshot_every: Annotated[
        int, Field(ge=1, description="Records between two snapshots of a jurisdiction.")
    ] = 500
    bootstrap: Annotated[
        str, Field(description="Kafka brokers, `host:port` with commas; for workers and gateways.")
    ] = "127.0.0.1:9092"
    kafka_security: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
        Field(description="How brokers are connected to, in Kafka's words."),
    ] = "PLAINTEXT"
    kafka_ca_file: Annotated[
        str, Field(description="PEM of who signs the brokers' certificates; empty: the system's.")
    ] = ""
    kafka_certificate_file: Annotated[
        str, Field(description="PEM of our own certificate, where brokers ask for one.")
    ] = ""
    kafka_key_file: Annotated[str, Field(description="PEM of its key.")] = ""
    kafka_sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        Field(description="How name and password are shown to the brokers."),
    ] = "SCRAM-SHA-512"
    kafka_user: Annotated[str, Field(description="Name at the brokers.")] = ""
    kafka_password_file: Annotated[
        str, Field(description="File that holds its password and nothing else.")
    ] = ""
    redis_url: Annotated[
        str,
        Field(
            description="Redis of boards, snapshots and inboxes; for workers and gateways."
            " TLS: `rediss://user:password@host:port/0?ssl_ca_certs=FILE`."
        ),
    ] = "redis://127.0.0.1:6379/0"
    planner: Annotated[
        bool,
        Field(description="Whether a home keeps a planner beside it; off: the fallback forms."),
    ] = True
    travel: Annotated[
        str, Field(description="Road table (CSV) or OSRM-like address; empty: straight line.")
    ] = ""
    public_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s/?#@\\]+)?$",
            description="Address of this server for links and QR codes; empty: as it was asked.",
        ),
    ] = ""
    notify_urls: Annotated[
        str, Field(description="YAML file of Apprise addresses by desk; empty: none are told so.")
    ] = ""
    notify_language: Annotated[
        Literal["zh", "en", "both"],
        Field(description="Language of messages outside, where `notify_urls` says nothing else."),
    ] = "zh"
    notify_sender: Annotated[
        str,
        Field(max_length=6, description="Whose messages these are, 【…】 before a text message."),
    ] = ""
    push_key: Annotated[
        str,
        Field(description="Private key (PEM) of Web Push, made if not there; empty: no Web Push."),
    ] = ""
    push_contact: Annotated[
        str,
        Field(
            pattern=r"^((mailto:|https://)\S+)?$",
            description="`mailto:` or `https:` address that push services may complain to.",
        ),
    ] = ""
    push_services: Annotated[
        str,
        Field(
            description="Hosts of push services that may be spoken to; `.x.org` is all of x.org."
        ),
    ] = "fcm.googleapis.com,updates.push.services.mozilla.com,.push.apple.com,.notify.windows.com"
    rehearse_every_h: Annotated[
        int,
        Field(ge=0, le=8_760, description="Hours between silent test call-outs; 0: when asked."),
    ] = 0
    session_s: Annotated[
        int,
        Field(ge=1, le=300, description="Seconds without a word after which a worker has failed."),
    ] = 20
    areas: Annotated[
        Path | None,
        Field(
            description="GeoJSON of the jurisdictions' areas, for the map and CAP; else the data"
            " folder's `areas.geojson`, if there is one."
        ),
    ] = None
    basemap: Annotated[
        Path | None,
        Field(
            description="GeoJSON or PMTiles file drawn under everything; else the data folder's"
            " `basemap.geojson`, if there is one."
        ),
    ] = None
    feed_zone: Annotated[
        str,
        Field(
            description="IANA time zone, like `Asia/Shanghai`, of feeds' moments without an"
            " offset; empty: they are refused."
        ),
    ] = ""
    desk_session_h: Annotated[
        int, Field(ge=1, le=720, description="Hours that a session of a console lasts.")
    ] = 12
    phone_session_h: Annotated[
        int, Field(ge=1, le=8_760, description="Hours that a member's phone stays enrolled.")
    ] = 720
    log_format: Annotated[
        Literal["console", "json"], Field(description="Form of the log lines.")
    ] = "console"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least level logged.")
    ] = "info"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in an environment.

    Raises:
        BadInput: naming the variable and its value.
    """
    source = os.environ if environment is None else environment
    given = {
        name: source[PREFIX + name.upper()]
        for name in Settings.model_fields
        if PREFIX + name.upper() in source
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        variable = PREFIX + str(error.errors(include_url=False)[0]["loc"][0]).upper()
        raise BadInput(told_first(error, called=variable)) from None
