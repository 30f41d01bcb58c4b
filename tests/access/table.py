"""The whole access matrix, and the routes that are in no row, each with its reason."""

from tests.access import api_accounts, api_cases, api_consult
from tests.access.led_back import gets
from tests.access.pages import PAGES

ROWS = [*PAGES, *gets(PAGES), *api_cases.DOORS, *api_accounts.DOORS, *api_consult.DOORS]

NOT_HERE = {
    "account_": "allauth's own doors, open to nobody's data; tests/accounts walks them",
    "mfa_": "allauth's doors to one's own second factor; tests/accounts walks them",
    "accounts:presence": "tells a browser about its own session; tests/accounts walks it",
    "accounts:proof": "what a browser needs to ask for one's own passkey; tests/accounts walks it",
    "accounts:resume": "going on in one's own session; tests/accounts walks it",
    "web:styleguide": "shows components and no data; the demo only",
    "web:signed_in": "says who is signed in, to the browser that is",
    "web:preference": "stores a display preference in a cookie",
    "set_language": "stores a language in a cookie",
    "health-": "no data, for the proxy",
    "api-schema": "describes the API, no data",
    "api-docs": "describes the API, no data",
    "demo:": "the demo's own doors, for everybody, and gone outside the demo; tests/accounts walks them",
    "live-notifications": "runs in its own process; tests/notifications asks it",
}
