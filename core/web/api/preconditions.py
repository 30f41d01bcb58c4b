"""What a request of the API says of the version that was read."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.errors import Refusal

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag that was read."
)


class PreconditionMissing(Refusal):
    """The header is not there (428)."""

    status = 428
    code = "precondition-required"


def if_match(request: Request) -> str:
    """The header as it came. Raises PreconditionMissing."""
    header: str = request.headers.get("If-Match", "")
    if not header:
        raise PreconditionMissing(_("Send the ETag that you read as If-Match, so that nobody's change is lost."))
    return header.strip()
