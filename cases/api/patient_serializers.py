"""How a patient looks in the API, and what it takes. Every field is named; nothing else passes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.actions.fields import IdentifierFields, PatientFields
from core.web.dates import PartialDate

BIRTH = r"^\d{4}(-\d{2}(-\d{2})?)?$"
Birth = tuple[int | None, int | None, int | None]


@extend_schema_field({"type": "string", "pattern": BIRTH, "example": "1956-11"})
class PartialDateField(serializers.RegexField):
    """1956, 1956-11 or 1956-11-05."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BIRTH, **kwargs)

    def to_representation(self, value: Birth) -> str:  # type: ignore[override]  # out goes another type than comes in
        """As FHIR writes it, '' where nothing is known."""
        year, month, day = value
        return PartialDate(year, month, day).isoformat() if year else ""


def birth_of(text: str) -> tuple[int, int | None, int | None] | None:
    """(year, month, day) of what PartialDateField took."""
    if not text:
        return None
    year, month, day = [*map(int, text.split("-")), None, None][:3]
    return int(year or 0), month, day


class IdentifierSerializer(serializers.Serializer[Any]):
    """A patient number. `system` says who counts: GB:NHS, NL:BSN, LOCAL, ..."""

    system = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=60)
    issuer = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    verified = serializers.BooleanField(required=False, default=False)


class PatientSerializer(serializers.Serializer[Any]):
    """A patient of the own laboratory's register."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Also the ETag.")
    family_name = serializers.CharField(source="name_family")
    given_name = serializers.CharField(source="name_given")
    used_name = serializers.CharField(source="name_used")
    birth_family_name = serializers.CharField(source="name_birth")
    sex = serializers.CharField()
    birth = PartialDateField()
    identifiers = IdentifierSerializer(many=True)


class PatientPageSerializer(serializers.Serializer[Any]):
    """A page of the register in the order of entry. `after` continues it; null on the last page."""

    results = PatientSerializer(many=True)
    after = serializers.UUIDField(allow_null=True)


class PatientWriteSerializer(serializers.Serializer[Any]):
    """A patient's identity."""

    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    used_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    birth_family_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    sex = serializers.CharField(max_length=1, required=False, default="U")
    birth = PartialDateField(required=False, allow_blank=True, default="")
    identifiers = IdentifierSerializer(many=True)


def patient_fields(data: dict[str, Any]) -> PatientFields:
    """What the action takes, from PatientWriteSerializer's validated data."""
    numbers = [IdentifierFields(**each) for each in data["identifiers"]]
    return PatientFields(**{**data, "birth": birth_of(data["birth"]), "identifiers": numbers})


class PatientCorrectionSerializer(PatientWriteSerializer):
    """The whole identity as it should be, and why it was wrong."""

    reason = serializers.CharField(max_length=500)


class NumberSerializer(serializers.Serializer[Any]):
    """A patient number to look for; posted, so that it stays out of addresses and logs."""

    number = serializers.CharField(max_length=60)
