"""Set up, change and remove an organisation's single sign-on."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy, sessions
from accounts.at_rest import encrypted
from accounts.identities import only_by
from accounts.models import IdentityProvider, Organisation, User
from accounts.notices import tell as tell_person
from accounts.oidc.client import PURPOSE
from accounts.oidc.discovery import Unsuitable, describe, is_issuer
from accounts.roles import JOIN_BY_SIGN_IN
from accounts.told_of_sign_in import CHANGED, REMOVED, SET_UP, tell
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.outgoing import Unreachable

PROVIDER_SET = names.register("single_sign_on.set", gettext_lazy("Single sign-on set up or changed"))
PROVIDER_REMOVED = names.register("single_sign_on.removed", gettext_lazy("Single sign-on removed"))
MOST_VALUES = 20
NO_ISSUER = gettext_lazy("Enter the issuer's address: it begins with https:// and has neither ? nor #.")
WHY = {
    "another_issuer": gettext_lazy(
        "What is there names itself otherwise. Enter the issuer exactly as it names itself."
    ),
    "no_metadata": gettext_lazy("There is no description of an identity provider at this address."),
    "endpoints": gettext_lazy("It offers no encrypted addresses (https) for signing in, for tokens and for its keys."),
    "no_code": gettext_lazy("It does not offer the authorization code flow."),
    "no_pkce": gettext_lazy("It does not offer PKCE with S256."),
    "no_signature": gettext_lazy("It does not sign with RSA, ECDSA or EdDSA."),
}


@dataclass(frozen=True, slots=True)
class ProviderFields:
    """`secret` '' keeps the one there is; `new_role` '' lets nobody in who is not a member already."""

    issuer: str
    client_id: str
    secret: str = ""
    new_role: str = ""
    factor_values: tuple[str, ...] = ()


def set_provider(
    *, actor: Actor, organisation_id: UUID, fields: ProviderFields, version: int | None = None
) -> IdentityProvider:
    """Write it down, after looking whether the issuer answers and can be used.

    For the organisation's own administrator: whoever decides who signs in decides who reads, and so whoever runs the
    installation does not. `version` is the one that was on the screen, None where there was none. The administrators
    and privacy officers are told; with another issuer the sessions end that the former one opened, and those who came
    only by it hear how they come in now. Raises Hidden, Forbidden, Conflict for a lost race and Invalid by field.
    """
    if not policy.may_set_sign_in(actor):
        raise Forbidden(_("Single sign-on is set up by the administrator of the organisation itself."))
    if organisation_id != actor.organisation:
        raise Hidden(_("This organisation is not there."))
    _check(fields)  # asks the issuer, with no transaction open
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        found = IdentityProvider.objects.select_related("organisation").filter(organisation=organisation).first()
        if (found.version if found else None) != version:
            raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
        if words := why_secret(found, fields.issuer, fields.secret):
            raise Invalid(words, fields={"secret": words})
        is_another = found is not None and found.issuer != fields.issuer
        shut_out = only_by(found) if found is not None and is_another else []
        row = found or IdentityProvider(organisation=organisation, version=0)
        wanted = {
            "issuer": fields.issuer,
            "client_id": fields.client_id,
            "new_role": fields.new_role,
            "factor_values": list(fields.factor_values),
        }
        changed = [name for name, value in wanted.items() if found is None or getattr(row, name) != value]
        for name in changed:
            setattr(row, name, wanted[name])
        if fields.secret:
            row.secret = encrypted(fields.secret, PURPOSE)
            changed.append("secret")
        if not changed:
            return row
        row.version, row.changed_by_id, row.changed_at = row.version + 1, actor.who(), clock.now()
        row.save()
        if is_another:
            sessions.end_opened_by(organisation.pk)
        facts: dict[str, object] = {"fields": changed, "issuer": row.issuer, "new_role": row.new_role}
        record(actor, PROVIDER_SET, object_kind="organisation", object_id=organisation.pk, facts=facts)
        tell(CHANGED if found else SET_UP, organisation.pk, actor.who())
        _tell_shut_out(shut_out)
    return row


def why_secret(found: IdentityProvider | None, issuer: str, secret: str) -> str:
    """Why the client secret must be given, beside what is `found`; '' where it is, or the one there is stays."""
    if secret or (found is not None and found.issuer == issuer):
        return ""
    if found is None:
        return _("Enter the client secret that the provider gave you.")
    return _("Another issuer needs its own client secret.")


def remove_provider(*, actor: Actor, organisation_id: UUID) -> None:
    """Take it away: nobody signs in by it from now on, and the sessions that it opened end.

    Also for whoever runs the installation. People stay known at the issuer, so setting it up again lets them in again.
    Those who had no other way in are told by mail how to choose a password. Raises Hidden, and Forbidden for who
    only reads of it.
    """
    with transaction.atomic():
        found = policy.visible_providers(actor).filter(organisation=organisation_id).first()
        if found is None:
            raise Hidden(_("There is no single sign-on here."))
        rows = policy.administered(actor).select_for_update(of=("self",), no_key=True)
        organisation = rows.filter(pk=organisation_id).first()
        if organisation is None:
            raise Forbidden(_("Single sign-on is removed by an administrator of the organisation. Ask one."))
        shut_out = only_by(found)
        found.delete()
        sessions.end_opened_by(organisation.pk)
        facts: dict[str, object] = {"issuer": found.issuer, "shut_out": len(shut_out)}
        record(actor, PROVIDER_REMOVED, object_kind="organisation", object_id=organisation.pk, facts=facts)
        if actor.person is not None:
            tell(REMOVED, organisation.pk, actor.person)
        _tell_shut_out(shut_out)


def _tell_shut_out(people: list[User]) -> None:
    for person in people:
        tell_person(person.pk, "provider_gone")


def _check(fields: ProviderFields) -> None:
    wrong: dict[str, str] = {}
    if not 0 < len(fields.client_id) <= 255:
        wrong["client_id"] = _("Enter the client ID that the provider gave you.")
    if len(fields.secret) > 1_000:
        wrong["secret"] = _("This is too long.")
    if fields.new_role not in {"", *JOIN_BY_SIGN_IN}:
        wrong["new_role"] = _("Choose from the list.")
    values = fields.factor_values
    if len(values) > MOST_VALUES or any(not 0 < len(each) <= 100 for each in values):
        wrong["factor_values"] = _("Enter at most 20 values of at most 100 characters.")
    if not is_issuer(fields.issuer):
        wrong["issuer"] = str(NO_ISSUER)
    elif not wrong:
        try:
            describe(fields.issuer)
        except Unreachable:
            wrong["issuer"] = _(
                "Nothing that can be read answers there. Check the address; one inside the hospital's own network must "
                "be allowed by whoever runs this installation (OUTGOING_NETWORKS)."
            )
        except Unsuitable as error:
            wrong["issuer"] = str(WHY[str(error)])
    if wrong:
        raise Invalid(_("Single sign-on was not saved."), fields=wrong)
