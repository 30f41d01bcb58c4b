"""Single sign-on from end to end, in a real browser, at a real provider: oidc-provider with its own pages."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Identity, Membership, SignIn, User
from core.audit.models import AuditEvent
from tests.accounts.providers import SECRET, real_provider, set_up
from tests.accounts.second_factor import give_app
from tests.accounts.test_sign_in_in_a_browser import (  # noqa: F401 - fixtures
    authenticator,
    by_app,
    database_beside_the_driver,
    is_first_page,
    sign_out,
    sit_down,
    site,
)
from tests.browser.axe import faults
from tests.cast import World

pytestmark = [pytest.mark.browser, pytest.mark.ci, pytest.mark.commits, pytest.mark.usefixtures("own_cache")]
SitDown = Callable[[], Page]
LAB = "North asking laboratory"


@pytest.fixture
def issuer(world: World, site: str) -> Iterator[str]:  # noqa: F811 - a fixture
    """The provider, with the asking laboratory as its client."""
    path = reverse("account_sso_callback", args=[world.admin.organisation])
    with real_provider(("consilium", f"{site}{path}")) as found:
        yield found


def at_provider(page: Page, who: str) -> None:
    """On the provider's own pages: signing in, and saying that we may know."""
    page.wait_for_url("http://127.0.0.1:*/interaction/**")
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def by_organisation(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign in at your organisation").click()
    page.get_by_role("button", name=f"Sign in with {LAB}").click()


def test_an_administrator_sets_it_up_and_somebody_links_leaves_and_comes_back(
    world: World,
    issuer: str,
    sit_down: SitDown,  # noqa: F811
) -> None:
    admin, asker = world.user("admin"), world.user("asker")
    give_app(admin)
    first, *_rest = give_app(asker)
    page = sit_down()
    by_app(page, admin)
    page.goto(reverse("accounts:single_sign_on"))
    assert faults(page) == []
    expect(page.get_by_text(reverse("account_sso_callback", args=[world.admin.organisation]))).to_be_visible()
    page.get_by_label("Issuer").fill(issuer + "/wrong")
    page.get_by_label("Client ID").fill("consilium")
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing that can be read answers there.").first).to_be_visible()
    page.get_by_label("Issuer").fill(issuer)
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Single sign-on is set up.").first).to_be_visible()
    assert SECRET not in page.content()
    assert faults(page) == []

    mine = sit_down()
    by_app(mine, asker)
    mine.goto(reverse("accounts:identities"))
    assert faults(mine) == []
    mine.get_by_role("button", name=f"Link with {LAB}").click()
    at_provider(mine, "arnold")
    expect(mine.get_by_role("button", name=f"Unlink {LAB}")).to_be_visible()
    assert Identity.objects.get().subject == "arnold"
    sign_out(mine)

    # The provider still knows them, so it asks nothing; the second factor is ours.
    by_organisation(mine)
    mine.get_by_label("Code from your authenticator app").fill(first)
    mine.get_by_role("button", name="Sign in").click()
    mine.wait_for_url(is_first_page)
    mine.goto(reverse("accounts:sessions"))
    expect(mine.get_by_text(f"Single sign-on, {LAB}, recovery code")).to_be_visible()
    assert SignIn.objects.filter(person=asker, organisation=world.admin.organisation, ended_at=None).count() == 1


def test_somebody_new_becomes_a_member_and_sets_up_a_passkey(
    world: World,
    issuer: str,
    sit_down: SitDown,  # noqa: F811
) -> None:
    set_up(world.admin, issuer, new_role="secretary")
    page = sit_down()
    authenticator(page)
    page.goto(reverse("account_sso"))
    assert faults(page) == []
    by_organisation(page)
    at_provider(page, "zoe")
    expect(page.get_by_role("heading", name="One more key for your account")).to_be_visible()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(is_first_page)
    zoe = User.objects.get(email="zoe@idp.example")
    assert str(zoe) == "Zoe Idp"
    assert Membership.objects.get(user=zoe).role == "secretary"

    # What needs a proof is proved there, by signing in once more, or by the passkey.
    page.goto(reverse("account_sso_prove"))
    page.get_by_role("button", name="Show it at Nasking").click()
    at_provider_again(page, "zoe")
    expect(page.get_by_role("heading", name="That is done")).to_be_visible()
    assert faults(page) == []


def at_provider_again(page: Page, who: str) -> None:
    """prompt=login: the provider asks although it knows who it is; consent was given before."""
    page.wait_for_url("http://127.0.0.1:*/interaction/**")
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()


def test_somebody_unknown_is_told_what_to_do(world: World, issuer: str, sit_down: SitDown) -> None:  # noqa: F811
    set_up(world.admin, issuer)
    people = User.objects.count()
    page = sit_down()
    by_organisation(page)
    at_provider(page, "mallory")
    expect(page.get_by_role("heading", name="You have no account here yet")).to_be_visible()
    assert faults(page) == []
    assert urlsplit(page.url).path == reverse("account_sso_callback", args=[world.admin.organisation])
    assert page.request.get("/api/v1/me").status == 401
    assert User.objects.count() == people
    assert AuditEvent.objects.filter(action="session.refused", reason="unknown").count() == 1

    # Whoever changes their mind there comes back to a page that says so.
    other = sit_down()
    by_organisation(other)
    other.wait_for_url("http://127.0.0.1:*/interaction/**")
    other.get_by_role("link", name="Cancel").click()
    expect(other.get_by_role("heading", name="You did not sign in")).to_be_visible()
