"""The cases room in the admin site."""

from cases.admin import access, clinical

__all__ = ["access", "clinical"]
