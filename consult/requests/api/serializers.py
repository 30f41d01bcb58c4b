"""How requests look in the API."""

from typing import Any

from rest_framework import serializers

from consult.reports.api.serializers import SeenSerializer
from consult.requests.drift import Kind


class RequestPatientSerializer(serializers.Serializer[Any]):
    """The patient as the caller may know them; a pseudonym stands in family_name where the identity is hidden."""

    family_name = serializers.CharField()
    given_name = serializers.CharField()
    sex = serializers.CharField()
    birth = serializers.ListField(child=serializers.IntegerField(allow_null=True), help_text="Year, month, day.")
    identifiers = serializers.ListField(child=serializers.CharField())
    accession_number = serializers.CharField()
    is_pseudonymised = serializers.BooleanField()


class RequestSideSerializer(serializers.Serializer[Any]):
    """One side of a request: the person, the membership that is asked or asks, the laboratory."""

    membership = serializers.UUIDField()
    name = serializers.CharField()
    organisation = serializers.UUIDField()
    organisation_name = serializers.CharField()


class RequestRowSerializer(serializers.Serializer[Any]):
    """One request in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    priority = serializers.CharField()
    question = serializers.CharField()
    patient = RequestPatientSerializer()
    requester = RequestSideSerializer()
    expert = RequestSideSerializer(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True, help_text="None under a pseudonym.")
    sent_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class RequestPageSerializer(serializers.Serializer[Any]):
    """A page of 50, newest first. `after` continues it; '' on the last page."""

    results = RequestRowSerializer(many=True)
    after = serializers.CharField()


class RequestMessageSerializer(serializers.Serializer[Any]):
    """Information asked or given. `codes` are of the value set information_requests."""

    kind = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    author_name = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True, help_text="None where the patient of the request is hidden.")


class RequestChangeSerializer(serializers.Serializer[Any]):
    """One field in words, as it was sent and as it is now."""

    what = serializers.CharField(source="label")
    sent = serializers.CharField(allow_blank=True)
    now = serializers.CharField(allow_blank=True)


class RequestDifferenceSerializer(serializers.Serializer[Any]):
    """What is different since sending, by kind. While one that blocks stands, nobody can sign.

    The asking laboratory answers with `confirm_identity`, or withdraws the request.
    """

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    blocks = serializers.BooleanField()
    message = serializers.CharField()
    changes = RequestChangeSerializer(many=True)


class HiddenWordsSerializer(serializers.Serializer[Any]):
    """One text of a request under a pseudonym, and the words of it in place of which the other side reads […]."""

    what = serializers.CharField(source="text")
    words = serializers.ListField(child=serializers.CharField())


class FirstReportSerializer(serializers.Serializer[Any]):
    """A version of the requester's own report that the request shares: readable while the caller may see `report`."""

    report = serializers.UUIDField()
    number = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    sha256 = serializers.CharField()


class RequestSerializer(RequestRowSerializer):
    """One request. Ids of the case, its slides and the report are there while the caller may see them.

    `seen` is what a write sends back, null for whoever no longer sees the case. `actions` is what the caller may do.
    """

    version = serializers.IntegerField(help_text="The same as the ETag.")
    seen = SeenSerializer(allow_null=True)
    actions = serializers.ListField(child=serializers.CharField())
    case = serializers.UUIDField(allow_null=True)
    report = serializers.UUIDField(allow_null=True)
    slides = serializers.ListField(child=serializers.UUIDField())
    working_diagnosis = serializers.CharField()
    urgency_reason = serializers.CharField()
    language = serializers.CharField()
    is_pseudonymised = serializers.BooleanField()
    shares_first_report = serializers.BooleanField()
    answering_accession_number = serializers.CharField()
    first_report = FirstReportSerializer(allow_null=True, help_text="The version that was sent.")
    first_report_signed = FirstReportSerializer(allow_null=True, help_text="The version current at the signature.")
    opened_by_name = serializers.ListField(
        child=serializers.CharField(), help_text="Who reads it under a pseudonym and opened the case in an emergency."
    )
    messages = RequestMessageSerializer(many=True)
    hidden_words = HiddenWordsSerializer(many=True, help_text="For the asking laboratory alone, while it runs.")
    differences = RequestDifferenceSerializer(many=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    use = serializers.CharField()
    use_note = serializers.CharField()
    final_report_reference = serializers.CharField()


class RequestsQuery(serializers.Serializer[Any]):
    """Which page, narrowed to what."""

    status = serializers.CharField(required=False, default="", allow_blank=True)
    organ_system = serializers.CharField(required=False, default="", allow_blank=True)
    organisation = serializers.UUIDField(required=False, default=None, allow_null=True, help_text="On either side.")
    urgent = serializers.BooleanField(required=False, default=False)
    after = serializers.CharField(required=False, default="", allow_blank=True, help_text="As in the page before.")


class NewRequestSerializer(serializers.Serializer[Any]):
    """The case to ask about."""

    case = serializers.UUIDField()
    seen = SeenSerializer()


class RequestDraftSerializer(serializers.Serializer[Any]):
    """What to store of a draft; what is left out stays. `expert` is a membership, null takes the expert out."""

    seen = SeenSerializer()
    question = serializers.CharField(required=False, allow_blank=True, max_length=300)
    working_diagnosis = serializers.CharField(required=False, allow_blank=True, max_length=300)
    priority = serializers.CharField(required=False)
    urgency_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    shares_first_report = serializers.BooleanField(required=False)
    is_pseudonymised = serializers.BooleanField(required=False)
    expert = serializers.UUIDField(required=False, allow_null=True)
    slides = serializers.ListField(child=serializers.UUIDField(), required=False)


class SeenOnlySerializer(serializers.Serializer[Any]):
    """An action that needs nothing but to know what was on the screen."""

    seen = SeenSerializer()


class WritingSerializer(SeenOnlySerializer):
    """An action whose text goes to the other laboratory."""

    texts_checked = serializers.BooleanField(
        default=False,
        help_text="Under a pseudonym: somebody looked, and what seems to name the patient does not. "
        "The other side reads […] in its place all the same.",
    )


class AcceptRequestSerializer(SeenOnlySerializer):
    """The answering laboratory's own number may follow later."""

    accession_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class GiveNumberSerializer(SeenOnlySerializer):
    """The answering laboratory's own number."""

    accession_number = serializers.CharField(max_length=40)


class DeclineRequestSerializer(SeenOnlySerializer):
    """`reason` is of the value set decline_reasons."""

    reason = serializers.CharField()
    note = serializers.CharField(required=False, allow_blank=True, default="")


class AskForInformationSerializer(SeenOnlySerializer):
    """`codes` are of the value set information_requests; one of the two is needed."""

    text = serializers.CharField(required=False, allow_blank=True, default="")
    codes = serializers.ListField(child=serializers.CharField(), required=False, default=list)


class ReplySerializer(WritingSerializer):
    """The information."""

    text = serializers.CharField()


class WithdrawRequestSerializer(WritingSerializer):
    """Why."""

    reason = serializers.CharField()


class AddSlidesSerializer(WritingSerializer):
    """Slides of the same case."""

    slides = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)


class CloseRequestSerializer(WritingSerializer):
    """`use` is adopted, partly or not_adopted; the last two need a note."""

    use = serializers.CharField()
    use_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    final_report_reference = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
