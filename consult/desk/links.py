"""Where the rooms below lead to the desk: from a case and its patient's banner to who looked."""

from uuid import UUID

from django.urls import reverse

from cases import page_hooks


def who_looked(patient: UUID, case: UUID) -> str:
    """The page of who looked, narrowed to this case."""
    return f"{reverse('desk:looked', args=[patient])}?case={case}"


def offer() -> None:
    """Register it; called once, when the apps are ready."""
    page_hooks.who_looked(who_looked)
