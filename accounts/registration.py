"""The number in the professional register, which is printed under signatures: what it may hold, and who needs one.

Forms ask before an action does, so that it is said together with what else is wrong.
"""

import re

from django.utils.translation import gettext as _

from accounts.roles import SIGN

NUMBER = re.compile(r"(?:[^\W_]|[ ./-])*")  # letters of any script


def refused(role: str, number: str, register: str) -> dict[str, str]:
    """By field what a role that signs lacks, and a number that no register gives; empty where both may be kept."""
    wrong: dict[str, str] = {}
    if role in SIGN:
        words = _("It is printed under every signature of a pathologist.")
        both = {"registration_number": number, "registration_body": register}
        wrong = {name: words for name, value in both.items() if not value}
    if words := wrong_signs(number):
        wrong["registration_number"] = words
    return wrong


def wrong_signs(number: str) -> str:
    """Why no register gives this number, in a sentence; '' where one might."""
    return "" if NUMBER.fullmatch(number) else _("Use letters, digits, spaces, and . - / only.")
