"""Templates of letters: one officer proposes a version, a second person publishes it; versions are never changed."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem
from filings import permissions as may
from filings.letters.merge import Words, problems
from filings.models import LETTERS, LetterTemplate
from filings.selectors import letters as found

NOTE = 200
TITLE = 80


def check(*, kind: str, title: str, body: str) -> None:
    """Raise Invalid with every fault of a text, each with its place; nothing is written."""
    wrong = problems(kind, title, body)
    if len(title) > TITLE:
        wrong.append(Problem("too_long", _("标题不能超过 %(n)s 字") % {"n": TITLE}, "title"))
    if wrong:
        raise Invalid(wrong)


def _authority(actor: Actor, kind: str) -> Organisation:
    may.may_propose_template.require(actor)
    if kind not in LETTERS or actor.organisation is None:
        raise NotVisible.one("letter_kind", _("没有这种文书"))
    return actor.organisation


@transaction.atomic
def propose(*, actor: Actor, kind: str, title: str, body: str, note: str = "") -> LetterTemplate:
    """A new version, in force once somebody else publishes it. One proposal at a time for each kind.

    Raises NotAllowed, Invalid (unknown or misplaced fields, nothing changed) or NotNow.
    """
    authority = _authority(actor, kind)
    text = "\n".join(line.strip() for line in body.splitlines() if line.strip())
    words = Words(title.strip(), text)
    check(kind=kind, title=words.title, body=words.body)
    now = found.words_in_force(authority, kind)
    if (now.title, now.body) == (words.title, words.body):
        raise Invalid.one("no_difference", _("与现行文本相同，没有可以提交的修改"), "body")
    last = found.versions(authority, kind).values_list("version", flat=True).first() or 0
    try:
        with transaction.atomic():
            made = LetterTemplate.objects.create(
                authority=authority,
                kind=kind,
                version=last + 1,
                title=words.title,
                body=words.body,
                note=note.strip()[:NOTE],
                proposed_by=actor.user,
                proposed_at=clock.now(),
            )
    except IntegrityError:  # one open proposal, one row for each version
        raise NotNow.one("open_proposal", _("这类文书已有一个版本等待发布，请先发布或者撤回")) from None
    _record("proposed", made, actor)
    return made


def _locked(actor: Actor, template: LetterTemplate) -> LetterTemplate:
    row = LetterTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if actor.organisation_id != row.authority_id:
        raise NotVisible.one("not_found", _("没有找到这个文书版本"))
    return row


def _must_wait(row: LetterTemplate) -> None:
    if row.published_at is not None or row.withdrawn_at is not None:
        raise NotNow.one("decided", _("这个版本已经发布或者撤回"))


@transaction.atomic
def publish(*, actor: Actor, template: LetterTemplate) -> LetterTemplate:
    """A second person puts the version in force for every letter sent from now on; letters sent stay as they are.

    Raises NotAllowed, NotNow, or Invalid where the catalogue no longer has a field that the text uses.
    """
    row = _locked(actor, template)
    may.may_publish_template.require(actor, row)
    _must_wait(row)
    check(kind=row.kind, title=row.title, body=row.body)
    row.published_by, row.published_at = actor.user, clock.now()
    row.save(update_fields=["published_by", "published_at"])
    _record("published", row, actor)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, template: LetterTemplate) -> LetterTemplate:
    """Take an open proposal back. What was published is replaced by a newer version, never withdrawn."""
    row = _locked(actor, template)
    may.may_withdraw_template.require(actor, row)
    _must_wait(row)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    _record("withdrawn", row, actor)
    return row


def _record(act: str, row: LetterTemplate, actor: Actor) -> None:
    detail: dict[str, Any] = {"kind": row.kind, "version": row.version}
    audit.record(f"letter_template.{act}", actor=actor, obj=row, detail=detail)
