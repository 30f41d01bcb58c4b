"""Looks for the patient in what the asking laboratory writes into a request under a pseudonym."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.access.view import CaseView, case_view, known_of
from cases.identity_words import Known, certain_in, found_in
from cases.models import Slide
from consult.requests.models import ConsultRequest
from consult.requests.models.message import Kind
from core.actor import Actor
from core.errors import Invalid

Text = tuple[str, str, str]  # its field, how it is called, what stands in it


@dataclass(frozen=True, slots=True)
class Flag:
    """One text that seems to say who the patient is: its field, how it is called, and the words in it.

    `certain` are words that can say nothing else: nobody can declare them harmless.
    """

    field: str
    text: str
    words: tuple[str, ...]
    certain: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For a list of what to look at."""
        return _("%(text)s: %(words)s") % {"text": self.text, "words": ", ".join(self.words)}


def flags(request: ConsultRequest, view: CaseView) -> list[Flag]:
    """What in a draft under a pseudonym names the patient. `view` is the case as the asking laboratory knows it.

    The clinical details of the case are no part of it: CaseView hides names and numbers in them for the expert. One
    query, none where the request is under the patient's own name.
    """
    return _flagged(_sent_with(request), known_of(view)) if request.is_pseudonymised else []


def hidden_words(request: ConsultRequest, known: Known) -> list[Flag]:
    """In place of which words of a request that was sent under a pseudonym the other side reads `[…]`, by text.

    Those that were declared harmless among them, and those that say who the patient is only since a correction: what is
    read is looked through by what is known today. Two queries.
    """
    texts = [*_sent_with(request), ("history", _("Clinical details"), request.case.history)]
    replies = request.messages.filter(kind=Kind.REPLY).values_list("text", flat=True)
    return _flagged([*texts, *(("messages", _("Information given"), text) for text in replies)], known)


def _sent_with(request: ConsultRequest) -> list[Text]:
    """What was written in the request, and about the slides that it names. One query."""
    meta = ConsultRequest._meta
    texts = [
        (name, str(meta.get_field(name).verbose_name).capitalize(), getattr(request, name))  # type: ignore[union-attr]  # a field of ours
        for name in ("question", "working_diagnosis", "urgency_reason")
    ]
    slides = Slide.objects.filter(pk__in=request.slides.values("slide")).select_related("specimen", "block")
    return texts + [("slides", _("Slide %(label)s") % {"label": slide.label}, on_glass(slide)) for slide in slides]


def _flagged(texts: Iterable[Text], known: Known) -> list[Flag]:
    found = [(field, name, found_in(text, known), certain_in(text, known)) for field, name, text in texts]
    return [Flag(field, name, tuple(words), tuple(certain)) for field, name, words, certain in found if words]


def on_glass(slide: Slide) -> str:
    """Everything that is written about a slide, with its part and block."""
    block = slide.block.label if slide.block else ""
    return " | ".join((slide.label, slide.level, slide.note, slide.specimen.label, slide.specimen.site, block))


def named(found: Iterable[Flag]) -> dict[str, str]:
    """By field: what must be changed before such a request can be sent, because it can be nobody else."""
    lines: dict[str, list[str]] = {}
    for flag in found:
        if flag.certain:
            lines.setdefault(flag.field, []).append(NAMES % {"text": flag.text, "words": ", ".join(flag.certain)})
    return {field: "\n".join(sentences) for field, sentences in lines.items()}


def seeming(found: Iterable[Flag]) -> str:
    """What is to be looked at before such a request is sent, a line for each text."""
    words = _("%(text)s seems to say who the patient is: %(words)s. Change it, or say that you have looked.")
    return "\n".join(words % {"text": flag.text, "words": ", ".join(flag.words)} for flag in found)


NAMES = gettext_lazy("%(text)s names the patient: %(words)s. Take it out; under a pseudonym it cannot be sent.")


def must_not_name(actor: Actor, request: ConsultRequest, texts: Mapping[str, str], *, checked: bool) -> None:
    """Raise Invalid at the field whose text names the patient of a request under a pseudonym.

    Somebody who has looked and says that the words are other words (`checked`) goes on: a family name may be a colour.
    A number, or given and family name together, can be nobody else: such a text must be changed.
    """
    if not request.is_pseudonymised:
        return
    known = known_of(case_view(actor, request.case))
    problems = {
        name: _("This names the patient: %(words)s. Take it out; under a pseudonym it cannot be sent.")
        % {"words": ", ".join(words)}
        for name, text in texts.items()
        if (words := certain_in(text, known))
    }
    problems = problems or {
        name: _("This seems to say who the patient is: %(words)s. Take it out, or tick the box if it does not.")
        % {"words": ", ".join(words)}
        for name, text in texts.items()
        if not checked and (words := found_in(text, known))
    }
    if problems:
        raise Invalid(_("This request is under a pseudonym."), fields=problems)
