"""The one place where emergency access asks the person to prove who they are, for the page and the API alike."""

from collections.abc import Mapping

from django.http import HttpRequest

from accounts.reauthentication import prove


def proved(request: HttpRequest, given: Mapping[str, str]) -> str:
    """How the person signed in proved it is them, for the record. Raises WrongProof or TooManyAttempts."""
    return prove(request, given)
