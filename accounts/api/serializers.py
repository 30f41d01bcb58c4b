"""How people look in the API."""

from typing import Any

from rest_framework import serializers

from accounts.actions.remove_factors import KNOWN_BY, REASONS
from accounts.agents import in_words
from accounts.models import SignIn


class OrganisationSerializer(serializers.Serializer[Any]):
    """An organisation by name."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")


class MembershipSerializer(serializers.Serializer[Any]):
    """A role in an organisation."""

    id = serializers.UUIDField()
    role = serializers.CharField()
    organisation = OrganisationSerializer()


class ActorSerializer(serializers.Serializer[Any]):
    """As whom the caller acts: one membership at a time."""

    membership = serializers.UUIDField()
    organisation = serializers.UUIDField()
    role = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    """The person who is signed in."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField(allow_blank=True)
    memberships = MembershipSerializer(many=True)
    actor = ActorSerializer()


class ExpertSerializer(serializers.Serializer[Any]):
    """Somebody who can be asked. `id` is the membership, which a request names."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="user.printed_name")
    organisation = OrganisationSerializer()
    organ_systems = serializers.SerializerMethodField()

    def get_organ_systems(self, membership: Any) -> list[str]:
        """Codes of the organ systems' value set."""
        return sorted(each.organ_system for each in membership.expertise.all())


class ExpertsSerializer(serializers.Serializer[Any]):
    """The first experts that match."""

    results = ExpertSerializer(many=True)


class ExpertQuery(serializers.Serializer[Any]):
    """What narrows the search."""

    text = serializers.CharField(required=False, default="", max_length=100, help_text="Words of a name or a lab.")
    organ_system = serializers.CharField(required=False, default="", max_length=30, help_text="A code.")
    lab = serializers.UUIDField(required=False, default=None, help_text="An organisation's id.")


class SessionSerializer(serializers.Serializer[Any]):
    """One session of the caller."""

    id = serializers.UUIDField()
    signed_in = serializers.DateTimeField(source="began_at")
    last_at_work = serializers.DateTimeField(source="active_at")
    address = serializers.CharField()
    browser = serializers.SerializerMethodField()
    second_factor = serializers.CharField(source="factor")
    here = serializers.SerializerMethodField(help_text="Whether it is the one that asks.")

    def get_browser(self, row: SignIn) -> str:
        """In words."""
        return in_words(row.agent)

    def get_here(self, row: SignIn) -> bool:
        """The one that asks."""
        return bool(row.pk == self.context["here"])


class SessionsSerializer(serializers.Serializer[Any]):
    """Where the caller is signed in, the newest first."""

    results = SessionSerializer(many=True)


class RemoveFactorsSerializer(serializers.Serializer[Any]):
    """Why, how the person was known, and a proof of who asks: one of password, code, credential."""

    reason = serializers.ChoiceField(choices=REASONS)
    known_by = serializers.ChoiceField(choices=KNOWN_BY)
    password = serializers.CharField(write_only=True, required=False, trim_whitespace=False)
    code = serializers.CharField(write_only=True, required=False, max_length=20)
    credential = serializers.CharField(write_only=True, required=False, max_length=20_000)
    provider = serializers.CharField(write_only=True, required=False, max_length=3)
