"""How an emergency access looks in the API, and what it takes."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.reauthentication import FIELDS
from cases.emergency.actions.open import LONGEST_NOTE
from cases.emergency.states import Outcome


class EmergencySerializer(serializers.Serializer[Any]):
    """One emergency access as the caller may know it."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    case = serializers.UUIDField()
    accession_number = serializers.CharField(help_text="Empty for who reviews for another organisation.")
    laboratory = serializers.CharField()
    person = serializers.CharField()
    organisation = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField(help_text="Empty for who reviews for another organisation.")
    overrides_objection = serializers.BooleanField()
    rule = serializers.CharField(help_text="The rule for sharing of the laboratory, with its version.")
    letter_owed = serializers.BooleanField(help_text="Whether the laboratory owes the patient a letter.")
    letter_sent_on = serializers.DateField(allow_null=True)
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    review_due_at = serializers.DateTimeField()
    is_overdue = serializers.BooleanField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = serializers.CharField()
    outcome = serializers.CharField()
    review_note = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do now.")


class SearchSerializer(serializers.Serializer[Any]):
    """A search by a number of a patient after which no case was opened."""

    at = serializers.DateTimeField()
    person = serializers.CharField()
    organisation = serializers.CharField()
    accession_numbers = serializers.ListField(child=serializers.CharField(), help_text="Of the own laboratory's cases.")


class EmergencyListSerializer(serializers.Serializer[Any]):
    """The newest 50 that the caller may see, and the searches that opened nothing."""

    results = EmergencySerializer(many=True)
    searches = SearchSerializer(many=True)


class OpenSerializer(serializers.Serializer[Any]):
    """Which case (one of three ways), why, and one of password, code or credential, as for a signature.

    By `case`; by `organisation` and `accession_number`; or by `system` and `value`, a number of the patient, with
    `case` to choose where the patient has several.
    """

    case = serializers.UUIDField(required=False, allow_null=True, default=None)
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    accession_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    system = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    value = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    reason = serializers.CharField(max_length=30)
    note = serializers.CharField(max_length=LONGEST_NOTE)
    password = serializers.CharField(write_only=True, required=False, max_length=200, trim_whitespace=False)
    code = serializers.CharField(write_only=True, required=False, max_length=20)
    credential = serializers.CharField(write_only=True, required=False, max_length=20_000)
    provider = serializers.CharField(write_only=True, required=False, max_length=3)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The proof in one piece. Raises ValidationError where there is none."""
        proof = {name: given.pop(name) for name in FIELDS if given.get(name)}
        if not proof:
            raise serializers.ValidationError({"password": [_("Enter your password or a code.")]})
        return {**given, "proof": proof}


class ReviewSerializer(serializers.Serializer[Any]):
    """What the review found, and the version that was read."""

    version = serializers.IntegerField(min_value=1)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = serializers.CharField(max_length=500)


class LetterSerializer(serializers.Serializer[Any]):
    """When the letter to the patient was sent, and the version that was read."""

    version = serializers.IntegerField(min_value=1)
    sent_on = serializers.DateField()
