"""What a password may not consist of here: the words that everybody in the house would try first."""

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# The product, the field and the place, in the four languages; docs/security/README.md tells of them.
WORDS = {
    *("consilium", "telepathology", "pathology", "pathologist", "laboratory", "hospital", "consultation", "slide"),
    *("biopsy", "microscope", "pathologie", "patholoog", "laboratorium", "ziekenhuis", "coupe", "biopt"),
    *("microscoop", "pathologiste", "laboratoire", "hopital", "lame", "biopsie", "patologi", "patolog", "sjukhus"),
    *("snitt", "biopsi", "mikroskop", "welcome", "password", "welkom", "wachtwoord", "bienvenue", "motdepasse"),
    *("valkommen", "losenord"),
}
LEAST = 8  # letters and digits that must be left without them
SHORTEST = 4  # letters of a word of an organisation's name that counts


class WordsOfTheHouseValidator:
    """Refuses a password that is little more than such words, the person's laboratories among them, and a year."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        left = password.casefold()
        for word in sorted(WORDS | _laboratories(user), key=len, reverse=True):
            left = left.replace(word, "")
        left = re.sub(r"(?:19|20)\d\d|[\W_]", "", left)
        if len(left) < LEAST and len(left) < len(re.sub(r"[\W_]", "", password)):
            raise ValidationError(self.get_help_text(), code="words_of_the_house")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("A password may not be made of the words that everybody here would try first. Add words of your own.")


def _laboratories(user: AbstractBaseUser | None) -> set[str]:
    if not isinstance(user, User) or user._state.adding:
        return set()
    names = user.memberships.values_list("organisation__name", "organisation__short_name")
    words = re.findall(r"\w+", " ".join(part for pair in names for part in pair).casefold())
    return {word for word in words if len(word) >= SHORTEST}
