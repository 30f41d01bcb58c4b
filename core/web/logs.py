"""Logs: one JSON object a line, with the request id and without patient data (ids and types only)."""

import logging

from django.http import HttpRequest

from core.web.request_id import current


class RequestIdFilter(logging.Filter):
    """Adds the current request's id to every record, and leaves of the request itself its method and path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record. Django tells of refused requests when the id is no longer the current one."""
        request = getattr(record, "request", None)
        record.request_id = current.get() or getattr(request, "request_id", "")
        if isinstance(request, HttpRequest):
            record.request = f"{request.method} {request.path}"  # what was searched for may stand behind the ?
        return True


class NoMessageOfException(logging.Filter):
    """Keeps the type and the place of an exception but not its message, which may quote what was typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replaces exc_info by the type's name and the last lines of our own code."""
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            places = []
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_name}:{trace.tb_lineno}")
                trace = trace.tb_next
            record.exception = kind.__name__
            record.places = places[-6:]
            record.exc_info = None
            record.exc_text = None
        return True
