"""指标体系 of a bureau: copied, written, proposed by one person, published by another, withdrawn. What is published stays.

A draft is saved as a whole document with the edition it was read at: a page that is behind is refused, nothing of
another person's is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale
from evaluation import scheme
from evaluation.enums import SchemeState
from evaluation.models import Scheme
from evaluation.permissions import evaluation_keeper, scheme_keeper, scheme_publisher
from evaluation.scheme.reading import read
from evaluation.selectors import schemes as see

#: What a draft may still lack; everything else that cannot be read is refused when it is saved.
UNFINISHED = ("required",)
LIMITS = {"label": 120, "source": 300, "note": 500, "reason": 1000}


@dataclass(frozen=True)
class Words:
    """What stands around the table: its name, where it comes from, what was changed and why."""

    label: str
    source: str = ""
    note: str = ""


@transaction.atomic
def copy(*, actor: Actor, row: Scheme) -> Scheme:
    """The next version of a scheme as a draft of the bureau acted for, to be changed there.

    Raises NotAllowed, NotNow where the bureau is writing a version of it already.
    """
    evaluation_keeper.require(actor)
    # whoever copies at the same moment waits here, and then finds the other's draft
    bureau = Organisation.objects.select_for_update(of=("self",)).get(pk=actor.organisation_id or 0)
    if see.open_version(bureau, row.key) is not None:
        raise NotNow.one("open", _("本机关已有一个版本正在编制，请在该版本上修改。"))
    last = Scheme.objects.filter(key=row.key, authority=bureau).order_by("-version").first()
    made = Scheme.objects.create(
        key=row.key,
        version=last.version + 1 if last else 1,
        authority=bureau,
        label=row.label,
        kinds=row.kinds,
        rule=row.rule,
        source=row.source,
        proposed_default=row.proposed_default,
        tree=row.tree,
        based_on=row,
        created_by=actor.user,
        created_at=clock.now(),
    )
    detail = {"of": row.pk, "version": made.version}
    audit.record("scheme.copy", actor=actor, obj=made, detail=detail)
    return made


def _locked(row: Scheme) -> Scheme:
    return (
        Scheme.objects.select_for_update(of=("self",))
        .select_related("authority", "proposed_by")
        .get(pk=row.pk)
    )


def _draft(actor: Actor, row: Scheme, edition: int | None) -> Scheme:
    """Locked, still to be written, and as the page knew it."""
    held = _locked(row)
    scheme_keeper.require(actor, held)
    if held.standing != SchemeState.DRAFT:
        raise NotNow.one(
            "frozen", _("%(state)s的版本不能修改；请另建新版本。") % {"state": held.get_standing_display()}
        )
    if edition is not None and edition != held.edition:
        raise Stale.one(
            "edition", _("该版本已由他人修改。您填写的内容保留在页面上，请核对最新内容后再保存。")
        )
    return held


@transaction.atomic
def save(
    *, actor: Actor, row: Scheme, tree: Mapping[str, Any], edition: int | None, words: Words | None = None
) -> Scheme:
    """Keep the document as a draft, also while weights do not make 100 or a row is unfinished.

    Raises NotAllowed, NotNow once it is proposed or published, Stale, Invalid for what cannot be read.
    """
    held = _draft(actor, row, edition)
    doc, found = read(tree)
    wrong = [problem for problem in found if problem.code not in UNFINISHED] + _too_long(words)
    if wrong:
        raise Invalid(wrong)
    held.tree = scheme.as_json(doc) | ({"ahp": tree["ahp"]} if tree.get("ahp") else {})
    held.proposed_default = any(one.proposed for one in doc.indicators)
    held.edition += 1
    changed = ["tree", "proposed_default", "edition"]
    if words is not None:
        held.label, held.source, held.note = words.label.strip(), words.source.strip(), words.note.strip()
        changed += ["label", "source", "note"]
    held.save(update_fields=changed)
    audit.record("scheme.save", actor=actor, obj=held, detail={"edition": held.edition, "fields": changed})
    return held


def _too_long(words: Words | None) -> list[Problem]:
    if words is None:
        return []
    found = [
        Problem("too_long", _("不能超过 %(most)d 个字") % {"most": LIMITS[name]}, name)
        for name in ("label", "source", "note")
        if len(getattr(words, name).strip()) > LIMITS[name]
    ]
    if not words.label.strip():
        found.append(Problem("required", _("请填写名称。"), "label"))
    return found


@transaction.atomic
def discard(*, actor: Actor, row: Scheme) -> None:
    """A draft that is not needed any more. Raises NotAllowed, NotNow once it was proposed."""
    held = _draft(actor, row, None)
    audit.record("scheme.discard", actor=actor, obj=held, detail={"key": held.key, "version": held.version})
    held.delete()


@transaction.atomic
def propose(*, actor: Actor, row: Scheme, edition: int | None, note: str = "") -> Scheme:
    """Give a sound draft to the second person; until that person answers it cannot be changed.

    Raises NotAllowed, NotNow, Stale, Invalid with everything that is wrong with the document.
    """
    held = _draft(actor, row, edition)
    found = see.problems_of(held.kinds, held.tree)
    if held.based_on is not None and held.based_on.tree == held.tree and held.version > 1:
        found.append(Problem("no_difference", _("与所依据的版本完全相同，不需要发布。")))
    if found:
        raise Invalid(found)
    held.standing = SchemeState.PROPOSED
    held.proposed_by, held.proposed_at = actor.user, clock.now()
    held.note, held.reason = note.strip()[: LIMITS["note"]] or held.note, ""
    held.edition += 1
    held.save(update_fields=["standing", "proposed_by", "proposed_at", "note", "reason", "edition"])
    audit.record("scheme.propose", actor=actor, obj=held, detail={"version": held.version})
    return held


def _proposed(row: Scheme, edition: int | None = None) -> Scheme:
    held = _locked(row)
    if held.standing != SchemeState.PROPOSED:
        raise NotNow.one("not_proposed", _("该版本不在待发布状态。"))
    if edition is not None and edition != held.edition:
        raise Stale.one("edition", _("您打开页面之后，该版本曾被撤回修改，请核对最新内容后再办理。"))
    return held


def _reason(text: str) -> str:
    said = text.strip()[: LIMITS["reason"]]
    if not said:
        raise Invalid.one("required", _("请写明理由。"), "comment")
    return said


@transaction.atomic
def publish(*, actor: Actor, row: Scheme, comment: str = "", edition: int | None = None) -> Scheme:
    """The second person publishes what was read at `edition`: from now on it never changes and new rounds may apply it.

    Raises NotAllowed, NotNow, Stale, Invalid where the document is not sound any more.
    """
    held = _proposed(row, edition)
    scheme_publisher.require(actor, held)
    found = see.problems_of(held.kinds, held.tree)
    if found:
        raise Invalid(found)
    held.standing = SchemeState.PUBLISHED
    held.published_by, held.published_at = actor.user, clock.now()
    held.save(update_fields=["standing", "published_by", "published_at"])
    audit.record(
        "scheme.publish", actor=actor, obj=held, detail={"version": held.version, "comment": comment.strip()}
    )
    return held


@transaction.atomic
def send_back(*, actor: Actor, row: Scheme, comment: str) -> Scheme:
    """The second person gives it back to be changed. Raises NotAllowed, NotNow, Invalid without a reason."""
    held = _proposed(row)
    scheme_publisher.require(actor, held)
    said = _reason(comment)
    return _reopened(actor, held, "send_back", said)


@transaction.atomic
def recall(*, actor: Actor, row: Scheme) -> Scheme:
    """Its author takes it back before the second person answered. Raises NotAllowed, NotNow."""
    held = _proposed(row)
    scheme_keeper.require(actor, held)
    return _reopened(actor, held, "recall", "")


def _reopened(actor: Actor, held: Scheme, verb: str, comment: str) -> Scheme:
    held.standing, held.proposed_by, held.proposed_at = SchemeState.DRAFT, None, None
    held.reason = comment
    held.edition += 1
    held.save(update_fields=["standing", "proposed_by", "proposed_at", "reason", "edition"])
    audit.record(
        f"scheme.{verb}", actor=actor, obj=held, detail={"version": held.version, "comment": comment}
    )
    return held


@transaction.atomic
def withdraw(*, actor: Actor, row: Scheme, comment: str) -> Scheme:
    """Not offered for new rounds any more; rounds that apply it go on. Raises NotAllowed, NotNow, Invalid."""
    held = _locked(row)
    scheme_publisher.require(actor, held)
    if held.standing != SchemeState.PUBLISHED:
        raise NotNow.one("not_published", _("只有已发布的版本可以停用。"))
    said = _reason(comment)
    held.standing, held.reason = SchemeState.WITHDRAWN, said
    held.save(update_fields=["standing", "reason"])
    audit.record("scheme.withdraw", actor=actor, obj=held, detail={"version": held.version, "comment": said})
    return held
