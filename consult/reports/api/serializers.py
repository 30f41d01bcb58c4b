"""How reports look in the API. The content of a version is its signed JSON tree, as it is."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.reauthentication import FIELDS
from consult.reports.actions.edit import LONGEST


class SeenSerializer(serializers.Serializer[Any]):
    """Which patient and case the caller had in front of them: the versions that reading gave."""

    case = serializers.IntegerField()
    patient = serializers.IntegerField()


class SignatureSerializer(serializers.Serializer[Any]):
    """Who signed, as what, when, meaning what."""

    printed_name = serializers.CharField()
    registration_number = serializers.CharField()
    registration_body = serializers.CharField()
    role = serializers.CharField()
    organisation_name = serializers.CharField()
    meaning = serializers.CharField()
    method = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True, help_text="None where the version is masked.")


class VersionSerializer(serializers.Serializer[Any]):
    """One version without its content. `document` says whether its PDF is there."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    reason = serializers.CharField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True, help_text="None under a pseudonym.")
    created_year = serializers.IntegerField()
    signatures = SignatureSerializer(many=True)
    document = serializers.BooleanField()


class ReportRowSerializer(serializers.Serializer[Any]):
    """One report in a list: nothing clinical."""

    id = serializers.UUIDField(source="pk")
    case = serializers.UUIDField(source="case_id")
    organisation = serializers.UUIDField(source="organisation_id")
    kind = serializers.CharField()
    status = serializers.CharField()
    language = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True, help_text="None under a pseudonym.")
    created_year = serializers.IntegerField()


class ReportPageSerializer(serializers.Serializer[Any]):
    """A page of 50, newest first. `after` continues it; '' on the last page."""

    results = ReportRowSerializer(many=True)
    after = serializers.CharField()


class ReportSerializer(ReportRowSerializer):
    """One report. `draft` is there for its author while it is written; `seen` is what a write sends back."""

    accession_number = serializers.CharField(help_text="Empty where the identity is hidden.")
    version = serializers.IntegerField(help_text="Of the draft; the same as the ETag.")
    draft = serializers.DictField(child=serializers.CharField(), allow_null=True)
    seen = SeenSerializer(allow_null=True)
    actions = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do now.")
    versions = VersionSerializer(many=True)


class ReadVersionSerializer(VersionSerializer):
    """One version with its content; `masked` when the patient in it is hidden. The hash is always the original's."""

    content = serializers.JSONField()
    masked = serializers.BooleanField()


class CheckSerializer(serializers.Serializer[Any]):
    """Something that stands against signing (blocks) or must be confirmed by its code."""

    code = serializers.CharField()
    message = serializers.CharField()
    blocks = serializers.BooleanField()
    url = serializers.CharField()


class PreviewSerializer(serializers.Serializer[Any]):
    """What signing would fix now. `sha256` is what signing wants back as shown_sha256."""

    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    content = serializers.JSONField()
    checks = CheckSerializer(many=True)
    seen = SeenSerializer()


class DraftSerializer(serializers.Serializer[Any]):
    """What to store of a draft; what is left out stays."""

    seen = SeenSerializer()
    answer = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    diagnosis = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    microscopy = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    comment = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    recommendation = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    limits = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST)
    confidence = serializers.CharField(required=False, allow_blank=True)


class SignSerializer(serializers.Serializer[Any]):
    """A signature: of exactly what was previewed, by somebody who proves for this one act who they are.

    One of: `password`; `code`, of the authenticator app; `credential`, a passkey's answer as JSON text.
    """

    seen = SeenSerializer()
    shown_sha256 = serializers.CharField(max_length=64)
    confirmed = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    password = serializers.CharField(write_only=True, required=False, trim_whitespace=False)
    code = serializers.CharField(write_only=True, required=False, max_length=20)
    credential = serializers.CharField(write_only=True, required=False, max_length=20_000)
    provider = serializers.CharField(write_only=True, required=False, max_length=3)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The proof in one piece. Raises ValidationError where there is none."""
        proof = {name: given.pop(name) for name in FIELDS if given.get(name)}
        if not proof:
            raise serializers.ValidationError({"password": [_("Enter your password or a code.")]})
        return {**given, "proof": proof}


class ReceiveSerializer(serializers.Serializer[Any]):
    """The own laboratory's report of a case. `after_version` is the newest version there is, null for the first."""

    case = serializers.UUIDField()
    seen = SeenSerializer()
    diagnosis = serializers.CharField()
    microscopy = serializers.CharField(required=False, allow_blank=True, default="")
    comment = serializers.CharField(required=False, allow_blank=True, default="")
    author = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    after_version = serializers.IntegerField(required=False, allow_null=True, default=None)


class ReportsQuery(serializers.Serializer[Any]):
    """Which page, of which case."""

    case = serializers.UUIDField(required=False, default=None, allow_null=True)
    after = serializers.CharField(required=False, default="", allow_blank=True, help_text="As in the page before.")
