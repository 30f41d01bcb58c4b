"""What a browser is told when its session ends: to forget what it has kept of it, tiles and storage above all."""

from django.http import HttpResponse


def forgotten(response: HttpResponse) -> HttpResponse:
    """The same answer, with that word. What stands in other tabs static/ui/session.mjs takes away, server or not."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
