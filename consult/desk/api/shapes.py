"""What the record's doors of the API take and give."""

from typing import Any

from rest_framework import serializers

from cases.trail import SHOWN
from consult.desk.audit_search import Search
from core.audit.models import Outcome


class EntrySerializer(serializers.Serializer[Any]):
    """One entry in words; `about` and `case` are numbers that the caller may know, else empty."""

    id = serializers.UUIDField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    who = serializers.CharField(read_only=True)
    role = serializers.CharField(read_only=True)
    organisation = serializers.CharField(read_only=True)
    organisation_id = serializers.UUIDField(read_only=True, allow_null=True)
    for_whom = serializers.CharField(read_only=True, help_text="The absent colleague in whose place it was done.")
    action = serializers.CharField(read_only=True)
    what = serializers.CharField(read_only=True)
    about = serializers.CharField(read_only=True)
    because = serializers.CharField(read_only=True)
    case = serializers.CharField(read_only=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, read_only=True)


class EntryPageSerializer(serializers.Serializer[Any]):
    """A page, newest first; `after` leads to the next, null on the last."""

    results = EntrySerializer(many=True, read_only=True)
    after = serializers.CharField(read_only=True, allow_null=True)


class PageQuery(serializers.Serializer[Any]):
    """Which page."""

    after = serializers.CharField(required=False, default="", help_text="As in the page before.")


class LookedQuery(PageQuery):
    """Which looks at a patient."""

    show = serializers.ChoiceField(choices=SHOWN, required=False, default="all")
    case = serializers.UUIDField(required=False, default=None, allow_null=True)


class OwnQuery(PageQuery):
    """Which of the own entries."""

    since = serializers.DateField(required=False, default=None, allow_null=True)
    until = serializers.DateField(required=False, default=None, allow_null=True)
    outcome = serializers.ChoiceField(choices=["", *Outcome.values], required=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A period that has a day."""
        if wrong := Search.wrong_days(attrs["since"], attrs["until"]):
            raise serializers.ValidationError({"until": wrong})
        return attrs


class SearchQuery(OwnQuery):
    """What narrows the audit; sent as a body, so that no name of a person stands in an address."""

    person = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    case = serializers.UUIDField(required=False, default=None, allow_null=True)
    patient = serializers.UUIDField(required=False, default=None, allow_null=True)
    action = serializers.CharField(required=False, default="", allow_blank=True, max_length=80)
    organisation = serializers.UUIDField(required=False, default=None, allow_null=True)


class NumberSerializer(serializers.Serializer[Any]):
    """A whole number of a patient or a case."""

    number = serializers.CharField(max_length=60)


class FoundSerializer(serializers.Serializer[Any]):
    """The keys of the patients who have it."""

    patients = serializers.ListField(child=serializers.UUIDField(), read_only=True)


def search_of(given: dict[str, Any]) -> Search:
    """The search that was sent."""
    return Search(**{name: value for name, value in given.items() if name != "after"})
