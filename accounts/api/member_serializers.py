"""How the people of the own laboratory, and the laboratory itself, look in the API to who administers them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import OrganisationSerializer
from accounts.api.tokens import ProofSerializer
from accounts.hooks import open_work
from accounts.models import Membership
from accounts.queries import PersonRow


class OpenWorkSerializer(serializers.Serializer[Any]):
    """A request that is open: who takes it over if the membership ends. With nobody it goes back to who asked, or, a
    draft of their own, is discarded."""

    number = serializers.CharField()
    to = serializers.CharField(allow_blank=True)
    is_draft = serializers.BooleanField()


class MemberSerializer(serializers.Serializer[Any]):
    """What somebody is there. Days are those of the laboratory; `last_day` is null where no end is known."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.printed_name")
    organisation = OrganisationSerializer()
    role = serializers.CharField()
    registration_number = serializers.CharField(allow_blank=True)
    registration_body = serializers.CharField(allow_blank=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)
    organ_systems = serializers.SerializerMethodField()
    open_work = serializers.SerializerMethodField()

    def get_organ_systems(self, membership: Membership) -> list[str]:
        """Codes of the organ systems' value set."""
        return sorted(each.organ_system for each in membership.expertise.all())

    @extend_schema_field(OpenWorkSerializer(many=True))
    def get_open_work(self, membership: Membership) -> Any:
        """What would move on if the membership ended now."""
        return OpenWorkSerializer(open_work([membership.pk]), many=True).data


class ChangeMemberSerializer(ProofSerializer):
    """What it is to be, all of it, and a proof of who asks where the last one is older than five minutes."""

    role = serializers.CharField(max_length=20)
    registration_number = serializers.CharField(max_length=40, allow_blank=True)
    registration_body = serializers.CharField(max_length=60, allow_blank=True)
    last_day = serializers.DateField(allow_null=True)
    organ_systems = serializers.ListField(child=serializers.CharField(max_length=30), max_length=50)
    open_work_seen = serializers.BooleanField(
        required=False,
        default=False,
        help_text="That `open_work` was read, where a role that does not sign ends it or hands it over at once.",
    )


class PlaceSerializer(serializers.Serializer[Any]):
    """A membership of somebody, by key; it is read at /memberships."""

    id = serializers.UUIDField()
    organisation = serializers.UUIDField(source="organisation_id")
    role = serializers.CharField()
    last_day = serializers.DateField(allow_null=True)


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody whom the caller administers."""

    id = serializers.UUIDField(source="person.pk")
    title = serializers.CharField(source="person.title", allow_blank=True)
    given_name = serializers.CharField(source="person.given_name")
    family_name = serializers.CharField(source="person.family_name")
    email = serializers.EmailField(source="person.email")
    is_active = serializers.BooleanField(source="person.is_active")
    last_signed_in = serializers.DateTimeField(source="person.last_login", allow_null=True)
    second_factors = serializers.SerializerMethodField()
    memberships = PlaceSerializer(many=True)

    def get_second_factors(self, row: PersonRow) -> list[str]:
        """totp, webauthn or both."""
        return sorted(row.kinds)


class PeopleSerializer(serializers.Serializer[Any]):
    """By name."""

    results = PersonSerializer(many=True)


class PeopleQuery(serializers.Serializer[Any]):
    """What narrows the list."""

    name = serializers.CharField(required=False, default="", max_length=100, help_text="Parts of a name or address.")


class CorrectPersonSerializer(ProofSerializer):
    """The printed name and the address, and a proof of who asks where the last one is older than five minutes."""

    title = serializers.CharField(max_length=30, allow_blank=True)
    given_name = serializers.CharField(max_length=100)
    family_name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254, help_text="Another one waits until its owner has confirmed it.")


class ParticularsSerializer(serializers.Serializer[Any]):
    """What its administrator keeps right."""

    name = serializers.CharField(max_length=200)
    short_name = serializers.CharField(max_length=40)
    address = serializers.CharField(max_length=1000, allow_blank=True)
    accreditation = serializers.CharField(max_length=60, allow_blank=True)
    language = serializers.CharField(max_length=10, help_text="Of its reports.")
    languages = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=50, help_text="Two-letter codes, of its consultations."
    )
    time_zone = serializers.CharField(max_length=60, help_text="An IANA name.")
    staff_names = serializers.CharField(max_length=5, help_text="names or roles, in what a patient is given.")
    audit_months = serializers.IntegerField(min_value=0, max_value=32_000)


class OwnOrganisationSerializer(ParticularsSerializer):
    """With what whoever runs the installation decides."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    country = serializers.CharField()
    belongs_to = serializers.UUIDField(source="parent_id", allow_null=True)
