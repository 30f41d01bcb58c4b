"""A real laboratory with one pathologist, signed in, and one case with the slide to be measured; made by the actions.

Run as a program of its own, `python -m benchmarks.tile_world FILE`, in an environment with the database's address and
with SLIDE_ROOT at the file's folder. Prints one JSON line: what a browser would hold.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402  models load only after setup
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.base import SessionBase  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from accounts.actors import actor_for  # noqa: E402
from accounts.models import Membership, Organisation, User  # noqa: E402
from accounts.sessions import SIGN_IN, begin  # noqa: E402
from cases.actions.fields import CaseFields, IdentifierFields, MaterialFields, PartFields, PatientFields, SlideFields  # noqa: E402
from cases.actions.register import NewCase, register  # noqa: E402
from cases.models import Slide  # noqa: E402
from core.actor import Door  # noqa: E402
from core.ids import new_id  # noqa: E402
from core.jobs.models import Job  # noqa: E402
from slides.actions.link import link  # noqa: E402
from slides.effects import ingest  # noqa: E402
from slides.health import fault_of  # noqa: E402
from slides.models import SlideImage  # noqa: E402
from slides.states import Status  # noqa: E402


def seat(slide: Path) -> dict[str, str]:
    """Slide's id, folder of the prepared slide, session cookie of a pathologist who may see it.

    Finds the image of this file, or makes everything around it.
    """
    image = SlideImage.objects.filter(path=slide.name, status=Status.READY).select_related("slide__case").first()
    if image is None or fault_of(image):
        image = _image(slide)
    member = Membership.objects.select_related("user").filter(organisation=image.glass.case.organisation).first()
    assert member is not None, "the laboratory was made with its pathologist"
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(member.user)}"
    return {
        "slide_id": str(image.glass_id),
        "prepared": str(image.prepared_root / image.content_version),
        "cookie": cookie,
    }


def _image(slide: Path) -> SlideImage:
    number = str(new_id())
    organisation = Organisation.objects.create(name=f"Bench {number}", short_name="Bench", country="NL")
    user = User.objects.create_user(f"{number}@bench.example", given_name="Bench", family_name="Mark")
    member = Membership.objects.create(user=user, organisation=organisation, role="pathologist")
    actor = actor_for(user, member, door=Door.WEB)
    case = register(
        actor=actor,
        new=NewCase(
            CaseFields(accession_number=number[:20], organ_system="skin"),
            PatientFields(family_name="Nobody", identifiers=[IdentifierFields("LOCAL", number)]),
            material=MaterialFields(
                parts=[PartFields("A", "punch_biopsy")], slides=[SlideFields(part="A", label="1", stain="HE")]
            ),
        ),
    )
    image = link(actor=actor, slide_id=Slide.objects.get(case=case).pk, seen=None, path=slide.name)
    ingest(Job.objects.get(subject=image.pk))
    image.refresh_from_db()
    if image.status != Status.READY:
        raise RuntimeError(f"The slide was not prepared: {image.status} {image.problem}")
    return image


def _session(user: User) -> str:
    """The key of a new login session, with a second factor proved."""
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SIGN_IN] = str(begin(user, factor="totp", address="", agent="").pk)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key is not None, "a created session has a key"
    return session.session_key


if __name__ == "__main__":
    print(json.dumps(seat(Path(sys.argv[1]))))
