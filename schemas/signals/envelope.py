"""What every signal carries, whoever sends it."""

from typing import ClassVar

from pydantic import field_validator
from pydantic_core import PydanticKnownError

from schemas.bounds import Millis, Strict
from schemas.ids import ActorId, JurisdictionId, MemberId, SignalId
from schemas.roles import Capability
from schemas.vocabulary import Realm, Role


class Signal(Strict):
    """Something that came in and is not yet decided.

    `at` is when the coordinator received it (record time); `occurred_at` is when the sender says
    it happened (event time), which differs for crews who were offline. `actor_id` did it;
    `on_behalf_of` is whom it concerns when that is somebody else. Each kind says for itself what
    its sender `needs`.
    """

    needs: ClassVar[Capability]

    signal_id: SignalId
    jurisdiction: JurisdictionId
    realm: Realm = Realm.ACTUAL
    at: Millis
    occurred_at: Millis | None = None
    actor_id: ActorId
    actor_role: Role
    on_behalf_of: MemberId | None = None

    @field_validator("v", mode="before", check_fields=False)
    @classmethod
    def _whole_number(cls, value: object) -> object:
        """Let no `true` and no `1.0` pass for 1, as a choice of one number would."""
        if type(value) is not int:
            raise PydanticKnownError("int_type")
        return value

    @property
    def happened_at(self) -> int:
        """Event time, UTC milliseconds."""
        return self.at if self.occurred_at is None else self.occurred_at
