"""How a search and what it finds look in the API."""

import json
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.at_rest import decrypted, encrypted
from consult.desk.search.kinds import KINDS, LONGEST, is_searched
from consult.desk.views.search import TOO_SHORT
from core.search.find import Position

PURPOSE = b"place in a search"
NAMES = [kind.name for kind in KINDS if kind.name != "page"]


@extend_schema_field(str)
class PlaceField(serializers.Field[Position, Any, str, Any]):
    """Where a page ended, sealed: it holds a word and a time of the last hit, which its reader may not know."""

    def to_representation(self, value: Position) -> str:
        """As text for the body of the next call."""
        plain = [value.alternative, value.term, value.key, value.rank, str(value.target)]
        return encrypted(json.dumps(plain), PURPOSE)

    def to_internal_value(self, data: Any) -> Position:
        """The place; ValidationError for anything that `to_representation` did not make."""
        try:
            alternative, term, key, rank, target = json.loads(decrypted(str(data), PURPOSE))
            return Position(alternative, term, key, rank, UUID(target))
        except (InvalidToken, ValueError) as error:
            raise serializers.ValidationError("This is no place where a page ended.") from error


class SearchSerializer(serializers.Serializer[Any]):
    """What is searched. It goes in the body and never in an address."""

    text = serializers.CharField(max_length=LONGEST, help_text="A name, a number or words; at least two signs.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=NAMES), required=False, default=list, help_text="All where it is empty."
    )
    size = serializers.IntegerField(min_value=1, max_value=50, default=10, help_text="At most so many of each kind.")
    after = PlaceField(required=False, default=None, help_text="As in the page before; with one kind only.")

    def validate_text(self, text: str) -> str:
        """Long enough."""
        if not is_searched(text):
            raise serializers.ValidationError(TOO_SHORT)
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A place belongs to one kind."""
        if attrs["after"] is not None and len(attrs["kinds"]) != 1:
            raise serializers.ValidationError({"after": "Name one kind to go on in."})
        return attrs


class HitSerializer(serializers.Serializer[Any]):
    """One thing that was found."""

    id = serializers.UUIDField(source="key", help_text="The patient's, case's, request's, report's or membership's.")
    title = serializers.CharField()
    details = serializers.ListField(child=serializers.CharField())
    is_pseudonymised = serializers.BooleanField()
    url = serializers.CharField(help_text="The page.")


class GroupSerializer(serializers.Serializer[Any]):
    """What was found of one kind."""

    kind = serializers.ChoiceField(choices=NAMES, source="kind.name")
    hits = HitSerializer(many=True)
    after = PlaceField(allow_null=True, help_text="Send it with the same text and this kind for the next page.")
    is_cut = serializers.BooleanField(help_text="It fits too much to be looked through: add a word.")


class FoundSerializer(serializers.Serializer[Any]):
    """Everything that was found; kinds of which nothing was are left out."""

    results = GroupSerializer(many=True)
