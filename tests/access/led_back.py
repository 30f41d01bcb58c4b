"""Doors that only take what a form sends: a GET leads to the page that holds the form, which asks who may see it."""

from tests.access.row import EXPERT, LAB, MEMBERS, NOBODY, OUTSIDE, SIGNED_IN, Row

WHO_IS_LED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "accounts:cancel_absence",
            "accounts:end_other_sessions",
            "accounts:end_session",
            "accounts:end_sessions_of",
            "accounts:enter_absence",
            "accounts:link_identity",
            "accounts:remove_factors",
            "accounts:remove_single_sign_on",
            "accounts:switch",
            "accounts:unlink_identity",
            "accounts:withdraw_invitation",
            "accounts:withdraw_token",
            "notifications:read",
            "notifications:read_all",
        ),
        SIGNED_IN,
    ),
    **dict.fromkeys(
        (
            "basis:confirm",
            "cases:close",
            "cases:jump",
            "cases:reopen",
            "desk:audit_file",
            "desk:audit_find",
            "emergency:end",
            "emergency:letter",
            "emergency:review",
            "reports:edit",
            "reports:sign",
            "requests:act_on_outside_expert",
        ),
        MEMBERS,
    ),
    "slides:take_off": LAB | EXPERT,  # to the case of a slide, for those who may see the slide
}


def gets(pages: list[Row]) -> list[Row]:
    """The rows of the GETs, about what the rows of the POSTs are about."""
    about = {row.route: row.arguments for row in pages if row.method == "POST" and row.route in WHO_IS_LED}
    return [
        Row(route, "GET", who, forbidden=NOBODY if who == SIGNED_IN else OUTSIDE, arguments=about[route])
        for route, who in WHO_IS_LED.items()
    ]
