"""What each act's page shows beside its form. One function a page; all reads."""

from __future__ import annotations

from typing import Any

from accounts.enums import Level
from core import clock, workdays
from core.actor import Actor
from filings import permissions as may
from filings.conditions import Judgement
from filings.enums import SETS_VALIDITY, Action, CheckValue, State, Strength
from filings.forms_staff import ReturnForm, WaiverForm
from filings.models import Decision, Filing, Notice
from filings.periods import last_day
from filings.presentation.comparing import comparison
from filings.presentation.computed import computed
from filings.selectors import ladder
from filings.selectors.clock import limit_days
from filings.selectors.experts import grounds, load_of, pool
from filings.selectors.reading import active_participants, judgements, law_for, waivers
from filings.services.certificates import reprints
from filings.services.issue import renewed_first_day
from filings.services.notice import notice_body
from filings.services.waivers import GRANT_STATES
from filings.views.staff.boards import board_of
from filings.views.staff.parts import check_lines, lamp_lines, load, people, sections

Context = dict[str, Any]


def longest_months(filing: Filing) -> int:
    """The longest validity the law of the filing's day allows."""
    return filing.spec.longest(law_for(filing))


def _lamp(filing: Filing, found: list[Judgement] | None = None) -> list[dict[str, Any]]:
    return lamp_lines(filing, judgements(filing) if found is None else found)


def recommendation(filing: Filing, actor: Actor) -> Context:
    """The district sees conditions, members and the answers."""
    material = load(filing)
    submission = [j for j in judgements(filing) if j.stage == "submission"]
    return {
        "conditions": lamp_lines(filing, submission),
        "people": people(material),
        "sections": sections(material),
    }


def examined(filing: Filing, actor: Actor) -> Context:
    """Before acceptance: the check list as it stands."""
    return {"checks": check_lines(filing, filing.checks.select_related("checked_by"))}


def correction(filing: Filing, actor: Actor) -> Context:
    """The composer: first rows from what was ticked on the case or failed in the check list; the letter on demand."""
    days = limit_days(filing, State.IN_CORRECTION) or 0
    due = workdays.add_workdays(clock.today(), days)

    def prefill(query: Any) -> dict[str, Any]:
        rows = [{"target": at} for at in query.getlist("at")[: ReturnForm.MAX]]
        return {"rows": rows or _failed_rows(filing)}

    def finish(form: ReturnForm) -> Context:
        return {"preview": "preview" in form.data and form.is_valid()}

    return {
        "again": filing.corrections.exists(),
        "due_on": due,
        "days": days,
        "law": law_for(filing).cite("procedure.correction"),
        "prefill": prefill,
        "finish": finish,
    }


def _failed_rows(filing: Filing) -> list[dict[str, Any]]:
    """A row for each check the officer failed, with the note as its first wording."""
    rows = []
    for line in filing.checks.all():
        condition = filing.spec.condition(line.item)
        if line.verdict == CheckValue.FAIL and condition is not None and condition.strength != Strength.BONUS:
            at = f"{condition.evidence[0]}||" if condition.evidence else ""
            rows.append({"target": at, "message": line.note or line.machine_note})
    return rows


def panel_setup(filing: Filing, actor: Actor) -> Context:
    """The pool with computed conflicts and the work each expert has in hand."""
    everyone = list(pool(filing))
    against, work = grounds(filing, everyone), load_of(everyone)
    rows = [
        {
            "pk": str(e.pk),
            "name": str(e),
            "employer": e.employer.name if e.employer else e.employer_name,
            "title": e.title,
            "fields": "、".join(e.fields),
            "conflicts": against[e.pk],
            "work": work.get(e.pk, 0),
        }
        for e in everyone
    ]
    rows.sort(key=lambda r: (bool(r["conflicts"]), r["work"], r["name"]))
    free = sum(not r["conflicts"] for r in rows)
    size = int(law_for(filing).value("procedure.panel_size"))
    return {
        "pool": rows,
        "free": free,
        "size": size,
        "short": free < size,
        "form_options": {"experts": [(r["pk"], r["name"]) for r in rows]},
    }


def board(filing: Filing, actor: Actor) -> Context:
    """Marks, spread and verdicts of the panel."""
    return {"board": board_of(filing, names=may.case_officer(actor, filing))}


def waiver_rows(filing: Filing, actor: Actor, found: list[Judgement]) -> list[dict[str, Any]]:
    """原则上 conditions not met: the applicant's reason, the officer's ground, a form where it is still to be given."""
    said = waivers(filing)
    open_now = filing.state in GRANT_STATES and may.case_officer(actor, filing)
    rows = []
    for j in found:
        if j.strength != Strength.IN_PRINCIPLE or (j.met and j.condition not in said):
            continue
        waiver = said.get(j.condition, {})
        form = WaiverForm(
            initial={"condition": j.condition, "reason": waiver.get("public_reason", "")},
            auto_id=f"id_{j.condition}_%s",
        )
        rows.append(
            {
                "condition": j,
                "waiver": waiver,
                "form": form if open_now and waiver.get("applicant_reason") else None,
            }
        )
    return rows


def proposal(filing: Filing, actor: Actor) -> Context:
    """Everything the proposal rests on."""
    found = judgements(filing)
    law = law_for(filing)
    return {
        "conditions": lamp_lines(filing, found),
        "computed": computed(filing, staff=True),
        "waivers": waiver_rows(filing, actor, found),
        "board": board_of(filing, names=may.case_officer(actor, filing)),
        "comparison": comparison(filing, active_participants(filing)),
        "longest": filing.spec.longest(law),
        "months_clause": law.cite(filing.spec.max_months_key),
        "wish": filing.content.get("basic", {}).get("months"),
        "earlier": list(
            filing.decisions.exclude(result=Decision.Result.OPEN).select_related("proposed_by", "decided_by")
        ),
    }


def decision(filing: Filing, actor: Actor) -> Context:
    """What the second person decides on, complete."""
    material = load(filing)
    open_one = filing.decisions.filter(result=Decision.Result.OPEN).select_related("proposed_by").first()
    return proposal(filing, actor) | {
        "decision": open_one,
        "people": people(material),
        "checks": check_lines(filing, filing.checks.select_related("checked_by")),
        "sections": sections(material),
    }


def publication(filing: Filing, actor: Actor) -> Context:
    """The notice as the public will read it, with its working days."""
    days = int(law_for(filing).value("procedure.notice"))
    return {
        "body": notice_body(filing),
        "days": days,
        "starts_on": clock.today(),
        "ends_on": workdays.add_workdays(clock.today(), days),
        "clause": law_for(filing).cite("procedure.notice"),
    }


def on_notice(filing: Filing, actor: Actor) -> Context:
    """The notice with its objections."""
    return {"notices": notices(filing)}


def notices(filing: Filing) -> list[Notice]:
    """Newest first, objections loaded."""
    return list(filing.notices.prefetch_related("objections__answered_by").order_by("-pk"))


def issuance(filing: Filing, actor: Actor) -> Context:
    """The certificate's data for the date typed (today at first)."""
    made = filing.decisions.filter(result=Decision.Result.CONFIRMED).order_by("-decided_at").first()
    body = notice_body(filing)

    def finish(form: Any) -> Context:
        given = (
            getattr(form, "cleaned_data", {}).get("document_date")
            if form.is_bound and form.is_valid()
            else None
        )
        return _takes_effect(filing, given or clock.today(), made.months if made else None)

    return {
        "body": body,
        "months": made.months if made else None,
        "clause": law_for(filing).cite(filing.spec.max_months_key) if _has_end(filing) else "",
        **granted(filing),
        "waivers": body["waivers"],
        "comparison": comparison(filing, active_participants(filing)),
        "reprints": filing.action == Action.CHANGE and reprints(filing, filing.subject),
        "finish": finish,
    }


def _has_end(filing: Filing) -> bool:
    return filing.action in SETS_VALIDITY and bool(longest_months(filing))


def granted(filing: Filing) -> Context:
    """The approval document a filing shows, None where it shows none, and the level it asks for."""
    return {"given": ladder.approval(filing), "levels": _level_words(filing)}


def _level_words(filing: Filing) -> dict[str, str]:
    """The level asked for and the one it follows, as labels; empty for a kind with one level only."""
    if len(filing.spec.levels) < 2 and filing.action not in (Action.UPGRADE, Action.RECORD_APPROVAL):
        return {}
    before = ladder.level_before(filing.entity, filing) if filing.entity else ""
    return {
        "now": str(Level(ladder.asked(filing)).label),
        "before": str(Level(before).label) if before else "",
    }


def _takes_effect(filing: Filing, dated: Any, months: int | None) -> Context:
    """From when, and for a validity until when, a document of this date works; a level from its approval document."""
    given = ladder.approval(filing)
    if given is not None:
        return {"starts_on": given.dated, "until": given.valid_until}
    start = renewed_first_day(filing, filing.subject, dated) if filing.action == Action.RENEW else dated
    until = last_day(start, months) if months and filing.action in SETS_VALIDITY else None
    return {"starts_on": start, "until": until}
