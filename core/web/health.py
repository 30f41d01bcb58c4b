"""Whether this process lives, and whether it can serve: for the proxy, the launcher and monitoring. No data."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core.audit.watch import State, state
from core.jobs.tasks import HEARTBEAT


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer, else 503.

    Says also whether a worker ticked within a minute (`worker`), whether the audit is sealed within minutes
    (`sealing`), whether its seals are copied where the site wants it (`copying`) and whether its coming months have
    their tables (`audit_months`): monitoring warns where one of them is false.
    """
    parts = {"database": _database(), "cache": _cache()}
    ok = all(parts.values())
    worker = bool(cache.get(HEARTBEAT)) if parts["cache"] else False
    kept = _record() if parts["database"] else None
    told = {
        "worker": worker,
        "sealing": kept is not None and kept.is_sealing,
        "copying": kept is not None and kept.is_copied,
        "audit_months": kept is not None and kept.months.is_well,
    }
    return JsonResponse({"status": "ready" if ok else "not ready", **parts, **told}, status=200 if ok else 503)


def _record() -> State | None:
    try:
        return state()
    except DatabaseError:
        return None


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_now()")
    except DatabaseError:
        return False
    return True


def _cache() -> bool:
    try:
        cache.set("health", 1, timeout=10)
        return bool(cache.get("health") == 1)
    except Exception:  # noqa: BLE001 - redis-py raises many types; each means the cache is not there
        return False
