"""Admin pages whose every change is an action: the form calls it, and shows its refusal where it belongs."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from accounts import policy
from accounts.reauthentication import is_fresh
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid, Refusal
from core.web.admin import ActorAdmin, actor_of
from core.web.refusals import audit_denial

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm  # generic in the stubs only


class ActionForm(_ModelForm):
    """A form that acts once it is valid. `perform` calls one action and returns the row; `request` is set by the admin.

    A refusal becomes an error of the form, so nothing typed is lost. What `grants` something to somebody asks for a
    proof of who one is, of the last five minutes.
    """

    request: HttpRequest
    grants: ClassVar[bool] = False

    def perform(self, actor: Actor) -> Any:
        """Call the action with what was typed."""
        raise NotImplementedError(type(self).__name__)

    def _post_clean(self) -> None:
        """After Django's own checks of the row."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        actor = actor_of(self.request)
        if self.errors or actor is None:
            return
        if self.grants and not is_fresh(self.request):
            self.add_error(None, _prove_again())
            return
        try:
            self.instance = self.perform(actor)
        except (Invalid, Conflict, Forbidden) as refusal:
            audit_denial(self.request, refusal)
            for name, reason in refusal.fields.items():
                self.add_error(name if name in self.fields else None, reason)
            if not refusal.fields:
                self.add_error(None, refusal.message)

    def value(self, name: str) -> Any:
        """What was typed for a field, or what stands in the row where the field is not shown."""
        return self.cleaned_data[name] if name in self.cleaned_data else getattr(self.instance, name)

    def save(self, commit: bool = True) -> Any:
        """The row that the action has written already."""
        return self.instance

    def _save_m2m(self) -> None:
        """The action has done it."""

    save_m2m = _save_m2m


class AdministratorsAdmin(ActorAdmin):
    """Rows that administering opens; says so to somebody who works under another role at the moment."""

    def may_see(self, actor: Actor) -> bool:
        """Not those to whom the record alone is open."""
        return not policy.only_reads(actor)

    def opens(self, actor: Actor) -> bool:
        """Whether the role of the moment opens rows here."""
        return policy.administered(actor).exists()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with a sentence for those who administer nothing under this role."""
        actor = actor_of(request)
        if actor is not None and request.method != "POST" and not self.opens(actor):
            messages.info(request, gettext("You work under another role now. Switch to that of an administrator."))
        return super().changelist_view(request, extra_context)


class ActionAdmin(AdministratorsAdmin):
    """Changes and additions by ActionForm. Nothing is logged twice: the audit has it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form; before one that grants something, the proof of who asks."""
        may = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if request.method == "GET" and may and getattr(self.form, "grants", False) and not is_fresh(request):
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_reauthenticate')}?{query}")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form class, which knows its request."""
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"request": request})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice among rows without ways to other forms beside it: those have pages of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action has done it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the list's own actions are offered; each asks again for every row."""
        return actor_of(request) is not None


def _prove_again() -> SafeString:
    """In another tab, so that nothing typed here is lost."""
    url = f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('web:signed_in')})}"
    words = gettext("Show again that it is you, in a new tab; then save again here.")
    return format_html('{} <a href="{}" target="_blank">{}</a>', words, url, gettext("Show that it is you"))


def runs_installation(request: HttpRequest) -> bool:
    """Whether the platform administrator asks; looked up once a request."""
    known: bool | None = getattr(request, "_runs_installation", None)
    if known is None:
        actor = actor_of(request)
        known = actor is not None and policy.is_platform_admin(actor)
        request._runs_installation = known  # type: ignore[attr-defined]  # ours, for this request only
    return known


def of_all(request: HttpRequest, *filters: Any) -> list[Any]:
    """The filters of a list, without the organisation for those who administer one only."""
    return [each for each in filters if runs_installation(request) or "organisation" not in str(each)]


def for_each(admin: ActorAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[[Actor, Any], object]) -> None:
    """Do one thing to each row of a list and say how many it was done to, and why not to the others."""
    if done := len(not_refused(admin, request, rows, act)):
        words = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", done) % {"count": done}
        admin.message_user(request, words, messages.SUCCESS)


def not_refused(
    admin: ActorAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[[Actor, Any], object]
) -> list[Any]:
    """Do one thing to each row of a list and say why not to some; the rows that it was done to."""
    actor, done = actor_of(request), []
    for row in rows:
        try:
            if actor is not None:
                act(actor, row)
                done.append(row)
        except (Invalid, Conflict, Forbidden, Hidden) as refusal:
            audit_denial(request, refusal)
            admin.message_user(request, f"{admin.name_of(row)}: {_words(refusal)}", messages.ERROR)
    return done


def _words(refusal: Refusal) -> str:
    return " ".join(dict.fromkeys([refusal.message, *refusal.fields.values()]))
