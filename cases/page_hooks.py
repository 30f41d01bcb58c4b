"""What rooms above show on pages of the cases room: their sections, images, steps, and what a case is chosen for."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest

from cases.models import Case
from core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Panel:
    """One section of a page: its heading, its template and what the template needs. Lower `order` first.

    `aside` puts it beside the rest.
    """

    title: str
    template: str
    context: dict[str, object]
    order: int = 50
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The image of a slide, in words and addresses; '' where there is none.

    `state` is none, waiting, preparing, ready or unreadable; `progress` is per cent. `link_url` is where somebody who
    may edit the case gives the slide a file, `off_url` where the image is taken off it (POST only).
    """

    state: str
    label: str
    detail: str = ""
    progress: int = 0
    thumbnail: str = ""
    open_url: str = ""
    link_url: str = ""
    off_url: str = ""

    @property
    def is_moving(self) -> bool:
        """Whether it will look different in a moment without anybody doing anything."""
        return self.state in {"waiting", "preparing"}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a case is chosen for (cases:list?for=`name`): who may, the sentence above the list, where a row leads."""

    name: str
    title: "StrOrPromise"
    may: Callable[[Actor], bool]
    url: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of another room's noun that the case's own laboratory reads among what happened to the case.

    `icons` is by action: an action that is not there is not shown. What a step is about is the `label` in its facts,
    else what `named` says of the noun's key (one query at most, and only when there are such steps).
    """

    icons: Mapping[str, str]
    named: Callable[[Collection[UUID]], Mapping[UUID, str]] | None = None


PanelSource = Callable[[HttpRequest, Actor, Case], Iterable[Panel]]
LookedPage = Callable[[UUID, UUID], str]
PictureSource = Callable[[Collection[UUID]], Mapping[UUID, Picture]]

_panels: list[PanelSource] = []
_access_panels: list[PanelSource] = []
_pictures: list[PictureSource] = []
_steps: dict[str, Steps] = {}
_purposes: dict[str, Purpose] = {}
_looked: list[LookedPage] = []


def access_panels(source: PanelSource) -> PanelSource:
    """Register a function that gives sections of the page that says who can see a case. It asks what the actor is."""
    if source not in _access_panels:
        _access_panels.append(source)
    return source


def case_panels(source: PanelSource) -> PanelSource:
    """Register a function that gives sections of the case page, scoped to what the actor may see of its own noun.

    The case is one that the actor sees (cases.access.queries): a source asks of it only what the actor is to it.
    """
    if source not in _panels:
        _panels.append(source)
    return source


def slide_pictures(source: PictureSource) -> PictureSource:
    """Register a function that says what image each of the given slides has. It asks nobody's rights."""
    if source not in _pictures:
        _pictures.append(source)
    return source


def show_steps(noun: str, steps: Steps) -> None:
    """Have these steps of another room's noun shown in the case's own laboratory among what happened to the case."""
    _steps[noun] = steps


def chosen_for(purpose: Purpose) -> None:
    """Have cases of the actor's own laboratory chosen for something in a room above."""
    _purposes[purpose.name] = purpose


def who_looked(page: LookedPage) -> None:
    """Give the address, for the owner laboratory, of the page that says who looked at a patient and a case (keys)."""
    _looked[:] = [page]


def looked_url(patient: UUID | None, case: UUID) -> str:
    """That address; '' where no room has such a page."""
    return _looked[0](patient, case) if _looked and patient else ""


def purpose_of(name: str, actor: Actor) -> Purpose | None:
    """The purpose called `name`, None where there is none or not for this actor."""
    found = _purposes.get(name)
    return found if found and found.may(actor) else None


def purposes() -> list[str]:
    """Every purpose; one test lists them."""
    return sorted(_purposes)


def shown_steps() -> dict[str, Steps]:
    """Every noun with its steps; one test lists them."""
    return dict(_steps)


def panels(request: HttpRequest, actor: Actor, case: Case) -> list[Panel]:
    """The sections of the page of a case that the actor was found to see, in order."""
    return sorted((p for source in _panels for p in source(request, actor, case)), key=lambda p: p.order)


def panels_of_access(request: HttpRequest, actor: Actor, case: Case) -> list[Panel]:
    """The sections of the page that says who can see the case, for somebody of its own laboratory, in order."""
    return sorted((p for source in _access_panels for p in source(request, actor, case)), key=lambda p: p.order)


def pictures(slide_ids: Collection[UUID]) -> dict[UUID, Picture]:
    """The image of each of these slides that the actor was found to see."""
    return {slide: picture for source in _pictures for slide, picture in source(slide_ids).items()}


def registrants() -> dict[str, list[str]]:
    """Who is registered for each hook, as dotted names; one test lists them."""
    hooks = {"case_panels": _panels, "access_panels": _access_panels, "slide_pictures": _pictures}
    return {name: [f"{each.__module__}.{each.__name__}" for each in sources] for name, sources in hooks.items()}  # type: ignore[attr-defined]  # sources are functions
