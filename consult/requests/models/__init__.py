"""Consult requests, the slides they share and what was said."""

from consult.requests.models.message import Message
from consult.requests.models.outside_expert import OutsideExpert
from consult.requests.models.request import ConsultRequest, RequestSlide

__all__ = ["ConsultRequest", "Message", "OutsideExpert", "RequestSlide"]
