"""What a password may not consist of here: what everybody would try first, and what takes no thought to type."""

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Invitation, User

# The product, the field and the place, in the four languages; docs/security/README.md tells of them.
WORDS = {
    *("consilium", "telepathology", "pathology", "pathologist", "laboratory", "hospital", "consultation", "slide"),
    *("biopsy", "microscope", "pathologie", "patholoog", "laboratorium", "ziekenhuis", "coupe", "biopt"),
    *("microscoop", "pathologiste", "laboratoire", "hopital", "lame", "biopsie", "patologi", "patolog", "sjukhus"),
    *("snitt", "biopsi", "mikroskop", "welcome", "password", "welkom", "wachtwoord", "bienvenue", "motdepasse"),
    *("valkommen", "losenord"),
}
# What fingers follow without thinking: counting, the alphabet, the rows and the columns of the keyboards in use.
_LINES = (
    *("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop"),
    *("qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujm"),
)
LINES = _LINES + tuple(line[::-1] for line in _LINES)
RUN = 3  # signs along one of these lines that count as one
LOOKALIKES = str.maketrans("@$013457", "asoieast")
LEAST = 8  # letters and digits that must be left without all this
SHORTEST, SHORTEST_NAME = 4, 3  # letters of a word of an organisation's and of a person's name that count


class WordsOfTheHouseValidator:
    """Refuses a password that is little more than such words, the names of the person and of the laboratories among
    them, a year, a run along the keys, and the same again."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        words = sorted(WORDS | _names(user), key=len, reverse=True)
        typed = password.casefold()
        own = min((_left(each, words) for each in (typed, typed.translate(LOOKALIKES))), key=len)
        if len(own) < LEAST and len(own) < len(re.sub(r"[\W_]", "", password)):
            raise ValidationError(self.get_help_text(), code="words_of_the_house")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _(
            "A password may not be made of words and names that everybody here would try first, of keys in a row, "
            "or of the same signs again and again. Add words of your own."
        )


def _left(text: str, words: list[str]) -> str:
    """What is left without words, years, runs, and what only repeats."""
    for word in words:
        text = text.replace(word, " ")
    text = _without_runs(re.sub(r"(?:19|20)\d\d", " ", text))
    text = re.sub(r"[\W_]", "", text)
    return re.sub(r"(.+?)\1{2,}", r"\1", re.sub(r"(.{3,}?)\1+", r"\1", text))


def _without_runs(text: str) -> str:
    left, at = "", 0
    while at < len(text):
        end = at + 1
        while end < len(text) and any(text[at : end + 1] in line for line in LINES):
            end += 1
        if end - at < RUN:
            left, at = left + text[at], at + 1
        else:
            left, at = left + " ", end
    return left


def _names(user: AbstractBaseUser | None) -> set[str]:
    """The words of the person's own name and address, and of the laboratories they belong to or are invited into."""
    if not isinstance(user, User):
        return set()
    own = _words(f"{user.given_name} {user.family_name} {user.email}", SHORTEST_NAME)
    places = (
        [] if user._state.adding else user.memberships.values_list("organisation__name", "organisation__short_name")
    )
    invited = Invitation.objects.filter(email__iexact=user.email)
    names = {*places, *invited.values_list("organisation__name", "organisation__short_name")}
    return own | _words(" ".join(part for pair in names for part in pair), SHORTEST)


def _words(text: str, shortest: int) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= shortest}
