"""The Faust application of a worker: who owns which partition, and whether a message has an owner.

Faust keeps the consumer group. Its agent looks at every message once: one that nobody is meant by
is set aside. Owners read their signals by themselves, from the cursor in the log; what Faust
commits is a hint for people who watch lag. No tables, and not its exactly-once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import faust
from faust.types import StreamT
from faust.types.auth import CredentialsT

from coordinator.settings import Settings
from streams.brokers import brokers_of, connecting
from streams.inputs import Message
from streams.topics import INPUTS
from streams.worker import Worker

GROUP = "coordinator"
_REBALANCE_S = 5


def application(settings: Settings, worker: Worker) -> faust.App:
    """Return the application, not started.

    Args:
        settings: brokers, session time-out.
        worker: what it feeds.
    """
    app = faust.App(
        GROUP,
        broker=[f"aiokafka://{it}" for it in settings.bootstrap.split(",")],
        broker_credentials=_credentials(connecting(brokers_of(settings))),
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=settings.session_s,
        broker_heartbeat_interval=settings.session_s / 6,
        # One that is ending, say, holds up the others no longer than this.
        broker_rebalance_timeout=max(settings.session_s, _REBALANCE_S),
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        web_enabled=False,
        datadir=str(settings.data_dir / "faust"),
    )

    @app.agent(app.topic(*map(str, INPUTS), value_type=bytes, key_type=bytes))
    async def signals(stream: StreamT[bytes]) -> None:
        async for event in stream.events():
            it = event.message
            await worker.look_at(Message(it.topic, it.partition, it.offset, it.key, it.value))

    @app.on_partitions_assigned.connect()
    async def assigned(_: Any, places: Iterable[Any], **__: Any) -> None:
        worker.assign({it.partition for it in places if it.topic in set(map(str, INPUTS))})

    @app.on_partitions_revoked.connect()
    async def revoked(_: Any, places: Iterable[Any], **__: Any) -> None:
        await worker.revoke({it.partition for it in places if it.topic in set(map(str, INPUTS))})

    return app


def _credentials(options: Mapping[str, Any]) -> CredentialsT | None:
    """Say in Faust's words what the other clients connect with."""
    context = options.get("ssl_context")
    if "sasl_mechanism" in options:
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            ssl_context=context,
            mechanism=options["sasl_mechanism"],
        )
    return None if context is None else faust.SSLCredentials(context)
