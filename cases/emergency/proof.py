"""The one place where emergency access asks the person to prove who they are, for the page and the API alike."""

from django.http import HttpRequest

from accounts.reauthentication import by_password


def proved(request: HttpRequest, secret: str) -> str:
    """How the person signed in proved it is them, for the record. Raises WrongPassword or TooManyAttempts."""
    return by_password(request, secret)
