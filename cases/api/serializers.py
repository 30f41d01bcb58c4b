"""How cases and material look in the API, and what it takes. Every field is named; nothing else passes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.access.view import CaseView
from cases.actions.fields import CaseFields, MaterialFields, PartFields, SlideFields
from cases.api.patient_serializers import PartialDateField, PatientWriteSerializer
from cases.paging import LONGEST


class ReadIdentifierSerializer(serializers.Serializer[Any]):
    """A patient number as a reader of the case knows it."""

    system = serializers.CharField()
    value = serializers.CharField()
    verified = serializers.BooleanField()


class KnownPatientSerializer(serializers.Serializer[Any]):
    """The patient as this caller may know them; a pseudonym stands in `family_name`."""

    id = serializers.UUIDField(allow_null=True, source="patient", help_text="Null where the identity is hidden.")
    is_pseudonymised = serializers.BooleanField()
    family_name = serializers.CharField(source="name_family")
    given_name = serializers.CharField(source="name_given")
    used_name = serializers.CharField(source="name_used")
    birth_family_name = serializers.CharField(source="name_birth")
    sex = serializers.CharField()
    birth = PartialDateField()
    identifiers = serializers.SerializerMethodField()

    @extend_schema_field(ReadIdentifierSerializer(many=True))
    def get_identifiers(self, view: CaseView) -> list[dict[str, object]]:
        """The numbers this caller may know."""
        return [{"system": system, "value": value, "verified": checked} for system, value, checked in view.identifiers]


class CaseRowSerializer(serializers.Serializer[Any]):
    """A case in a list."""

    id = serializers.UUIDField()
    accession_number = serializers.CharField(help_text="Empty where the identity is hidden.")
    organisation = serializers.UUIDField()
    organisation_name = serializers.CharField()
    is_home = serializers.BooleanField(help_text="Whether it is the acting laboratory's own.")
    organ_system = serializers.CharField()
    priority = serializers.CharField()
    status = serializers.CharField()
    received_at = serializers.DateTimeField(allow_null=True, help_text="None under a pseudonym.")
    received_year = serializers.IntegerField()
    patient = KnownPatientSerializer(source="*")


class CasePageSerializer(serializers.Serializer[Any]):
    """A page of the cases the caller may see, newest first. `after` continues it; null on the last page."""

    results = CaseRowSerializer(many=True)
    after = serializers.CharField(allow_null=True)


class CaseQuery(serializers.Serializer[Any]):
    """Which page, and what narrows it."""

    status = serializers.CharField(required=False, default="", max_length=20)
    priority = serializers.CharField(required=False, default="", max_length=20)
    organ_system = serializers.CharField(required=False, default="", max_length=30)
    after = serializers.CharField(required=False, default="", max_length=LONGEST, help_text="As in the page before.")


class PictureSerializer(serializers.Serializer[Any]):
    """The image of a slide."""

    state = serializers.CharField(help_text="none, waiting, preparing, ready or unreadable.")
    detail = serializers.CharField()
    progress = serializers.IntegerField()
    thumbnail = serializers.CharField()


class SlideLineSerializer(serializers.Serializer[Any]):
    """One slide."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    stain = serializers.CharField()
    level = serializers.CharField()
    note = serializers.CharField()
    image = PictureSerializer(source="picture")


class BlockLineSerializer(serializers.Serializer[Any]):
    """One block; without id the slides that were made from the part itself."""

    id = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    slides = SlideLineSerializer(many=True)


class PartLineSerializer(serializers.Serializer[Any]):
    """One specimen part."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    type = serializers.CharField()
    site = serializers.CharField()
    blocks = BlockLineSerializer(many=True)


class CaseTextSerializer(CaseRowSerializer):
    """A case with what it says."""

    history = serializers.CharField()
    language = serializers.CharField()


class CaseSerializer(CaseTextSerializer):
    """A case. Its ETag carries the versions that every write sends back as If-Match."""

    parts = PartLineSerializer(many=True)
    actions = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do now.")


class PartWriteSerializer(serializers.Serializer[Any]):
    """A specimen part."""

    label = serializers.CharField(max_length=10)  # type: ignore[assignment]  # a field of that name
    type = serializers.CharField(max_length=30)
    site = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class SlideWriteSerializer(serializers.Serializer[Any]):
    """A slide; its part and block by their labels."""

    label = serializers.CharField(max_length=30)  # type: ignore[assignment]  # a field of that name
    stain = serializers.CharField(max_length=20)
    part = serializers.CharField(max_length=10)
    block = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    level = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class BlockWriteSerializer(serializers.Serializer[Any]):
    """A block without slides yet."""

    part = serializers.CharField(max_length=10)
    label = serializers.CharField(max_length=10)  # type: ignore[assignment]  # a field of that name


class MaterialWriteSerializer(serializers.Serializer[Any]):
    """Material to add; parts that exist are used again."""

    parts = PartWriteSerializer(many=True, required=False, default=list)
    blocks = BlockWriteSerializer(many=True, required=False, default=list)
    slides = SlideWriteSerializer(many=True, required=False, default=list)


def material_fields(data: dict[str, Any]) -> MaterialFields:
    """What the action takes, from MaterialWriteSerializer's validated data."""
    return MaterialFields(
        parts=[PartFields(**each) for each in data["parts"]],
        slides=[SlideFields(**each) for each in data["slides"]],
        blocks=[(each["part"], each["label"]) for each in data["blocks"]],
    )


class CaseWriteSerializer(serializers.Serializer[Any]):
    """A new case, with a new patient or the id of one in the register."""

    accession_number = serializers.CharField(max_length=40)
    organ_system = serializers.CharField(max_length=30)
    priority = serializers.CharField(max_length=20, required=False, default="routine")
    history = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    language = serializers.CharField(max_length=2, required=False, default="en")
    received_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    patient = PatientWriteSerializer(required=False, allow_null=True, default=None)
    patient_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    material = MaterialWriteSerializer(required=False, default=lambda: {"parts": [], "blocks": [], "slides": []})


CASE_NAMES = ("accession_number", "organ_system", "priority", "history", "language", "received_at")


def case_fields(data: dict[str, Any]) -> CaseFields:
    """What the action takes, from CaseWriteSerializer's validated data."""
    return CaseFields(**{name: data[name] for name in CASE_NAMES})


class CaseTextsSerializer(serializers.Serializer[Any]):
    """What may be changed without a reason; what is left out stays."""

    organ_system = serializers.CharField(max_length=30, required=False)
    priority = serializers.CharField(max_length=20, required=False)
    history = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    language = serializers.CharField(max_length=2, required=False)


class CaseCorrectionSerializer(serializers.Serializer[Any]):
    """The right accession number, or the right patient of the own register; and why it was wrong."""

    accession_number = serializers.CharField(max_length=40, required=False)
    patient_id = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=500)


class PartCorrectionSerializer(PartWriteSerializer):
    """A part as it should be."""

    id = serializers.UUIDField()


class BlockCorrectionSerializer(serializers.Serializer[Any]):
    """A block as it should be."""

    id = serializers.UUIDField()
    label = serializers.CharField(max_length=10)  # type: ignore[assignment]  # a field of that name


class SlideCorrectionSerializer(serializers.Serializer[Any]):
    """A slide as it should be."""

    id = serializers.UUIDField()
    label = serializers.CharField(max_length=30)  # type: ignore[assignment]  # a field of that name
    stain = serializers.CharField(max_length=20)
    level = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class MaterialCorrectionSerializer(serializers.Serializer[Any]):
    """Pieces as they should be; what is not named stays. And why they were wrong."""

    parts = PartCorrectionSerializer(many=True, required=False, default=list)
    blocks = BlockCorrectionSerializer(many=True, required=False, default=list)
    slides = SlideCorrectionSerializer(many=True, required=False, default=list)
    reason = serializers.CharField(max_length=500)
