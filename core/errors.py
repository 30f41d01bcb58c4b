"""What an action may refuse with. Every door turns these into its own words: a page, problem+json, an admin message."""

from collections.abc import Mapping


class Refusal(Exception):
    """An action that did not happen. `status` is the HTTP status; `message` is a sentence for a person."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class Invalid(Refusal):
    """What was given cannot be used: `fields` says which field and why (422)."""

    status = 422
    code = "invalid"


class Hidden(Refusal):
    """Absent, or not for this actor to know of: the same answer for both (404)."""

    status = 404
    code = "not-found"


class Forbidden(Refusal):
    """The actor may see it but not do this (403)."""

    status = 403
    code = "forbidden"


class Conflict(Refusal):
    """The state does not allow it, or somebody was faster (409). `current` shows what stands now."""

    status = 409
    code = "conflict"

    def __init__(self, message: str, *, current: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.current = dict(current or {})


class OtherMembership(Refusal):
    """What was sent comes from a page of another membership than the one that the actor acts under now (409)."""

    status = 409
    code = "other-membership"


class ReauthenticationNeeded(Refusal):
    """The actor must prove who they are again before this (401)."""

    status = 401
    code = "reauthentication-needed"


class TooMany(Refusal):
    """Too often in too short a time (429). `after` is how many seconds to wait, 0 where nobody knows.

    The one that `is_told` goes into the record by itself, as a refusal of access does.
    """

    status = 429
    code = "too-many-requests"

    def __init__(self, message: str, *, after: int = 0, is_told: bool = False) -> None:
        super().__init__(message)
        self.after = after
        self.is_told = is_told
