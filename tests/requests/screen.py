"""What a browser carries from a page into a form: the versions that were on the screen."""

import re

from django.test import Client
from django.urls import reverse

from consult.requests.models import ConsultRequest

HIDDEN = re.compile(r'<input type="hidden" name="(version|seen_case|seen_patient)" value="(\d+)"')


def hidden_in(html: str) -> dict[str, str]:
    """The hidden versions of a page."""
    return dict(HIDDEN.findall(html))


def on_screen(request: ConsultRequest) -> dict[str, str]:
    """The versions that any page of the request carries now."""
    return {
        "version": str(request.version),
        "seen_case": str(request.case.identity_version),
        "seen_patient": str(request.case.patient.version),
    }


def draft_form(request: ConsultRequest, **typed: object) -> dict[str, object]:
    """The whole request form as a browser would send it, with what was typed."""
    stored: dict[str, object] = {
        "question": request.question,
        "working_diagnosis": request.working_diagnosis,
        "priority": request.priority,
        "urgency_reason": request.urgency_reason,
        "expert": str(request.expert_id or ""),
        "slides": [str(row.slide_id) for row in request.slides.all()],
        "shares_first_report": "on",
    }
    return {**stored, **on_screen(request), **typed}


def act_url(request: ConsultRequest, name: str) -> str:
    """The address of one action."""
    return reverse("requests:act", args=[request.pk, name])


def text_of(client: Client, address: str) -> str:
    """A page that must be there, as text."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()
