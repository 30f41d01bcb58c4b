"""The requests app: registers what it tells the rooms below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "consult.requests"
    label = "requests"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from accounts.hooks import (
            absence_changed,
            has_open_work,
            holds_organisation,
            invitation_accepted,
            member_left,
        )
        from cases import hooks as case_hooks
        from cases import page_hooks
        from consult.reports import hooks as report_hooks
        from consult.reports.models.report import Kind
        from consult.requests import (  # noqa: F401 - effects and nouns register themselves
            blind,
            changed,
            checks,
            compose,
            effects,
            finding,
            held,
            hidden_later,
            image_taken_off,
            keepers,
            kept_out,
            leaving,
            links,
            nouns,
            panels,
            policy,
            shares,
            signed,
            why,
        )
        from consult.requests.outside import actions as outside
        from consult.requests.outside import effects as outside_effects  # noqa: F401 - registers itself
        from core.search.keep import keys_of
        from core.web.hooks import asked_by_pages
        from core.workflow.hooks import after_transition

        asked_by_pages("requests:news")
        keys_of("case", finding.rows_of_requests)
        case_hooks.shares(shares.of_requests)
        case_hooks.name_source("request", _("Asked for an opinion"))
        case_hooks.name_source("deputy", _("Stands in for the expert"))
        member_left(leaving.hand_over_open_work)
        absence_changed(leaving.follow_work)
        has_open_work(leaving.open_work_of)
        holds_organisation(leaving.open_in)
        invitation_accepted(outside.join)
        case_hooks.reasons(shares.SHARE, why.told)
        case_hooks.reasons(shares.DEPUTY, why.told_of_deputies)
        case_hooks.stands_in(shares.DEPUTY, shares.absent_experts)
        case_hooks.why(why.of_requests)
        case_hooks.kept(keepers.of_requests)
        case_hooks.work(kept_out.open_work)
        page_hooks.chosen_for(links.ASKING)
        page_hooks.case_panels(panels.requests_of_case)
        page_hooks.show_steps("request", panels.STEPS)
        report_hooks.composer(Kind.CONSULTATION, compose.consultation)
        report_hooks.written_at(Kind.CONSULTATION, links.workbench_of)
        report_hooks.over_because(Kind.CONSULTATION, links.why_over)
        report_hooks.owed_by(Kind.CONSULTATION, links.owed)
        report_hooks.sign_checks(checks.before_signing)
        report_hooks.on_signed(signed.answer)
        report_hooks.keeps(policy.kept_reports)
        after_transition(changed.note_changes)
        after_transition(hidden_later.note_corrections)
        after_transition(image_taken_off.note_images)
        after_transition(held.note_holds)
        after_transition(kept_out.note_exclusions)
        after_transition(blind.note_openings)
