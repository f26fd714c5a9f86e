"""Starting a filing and writing its sections and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationState
from accounts.models import Organisation
from accounts.permissions import is_unit_member
from core import audit, clock, files
from core.actor import Actor
from core.canonical import digest
from core.errors import Invalid, NotAllowed, NotVisible, Problem, Stale
from filings import programmes
from filings.enums import FOUNDS, Action, ParticipantRole
from filings.fields import FileField, clean_section, is_empty
from filings.models import Attachment, Filing, Participant, SectionDraft
from filings.programmes import SCIENCE, Owner, Section
from filings.selectors.editing import editable_fields, section_owner
from filings.services.confirming import void_confirmations
from filings.services.timeline import log
from policy.law import law_on

MAX_FILES = 20


@dataclass(frozen=True)
class Saved:
    """What came of saving a section: the bound form (with its errors, if any) and whether anything changed."""

    filing: Filing
    participant: Participant | None
    form: forms.Form
    changed: bool


def authority_of(place: str, department: str = SCIENCE) -> Organisation:
    """The bureau of a department in a place; the science bureau keeps the register where that one is not here."""
    bureaus = Organisation.objects.filter(
        kind=OrganisationKind.BUREAU,
        department__in=(department, SCIENCE),
        jurisdiction__code=place,
        state=OrganisationState.APPROVED,
    )
    found = {bureau.department: bureau for bureau in bureaus.order_by("-pk")}
    bureau = found.get(department) or found.get(SCIENCE)
    if bureau is None:
        raise Invalid.one("no_authority", _("该地区尚未设置受理机关，请联系系统管理员。"))
    return bureau


@transaction.atomic
def start(*, actor: Actor, programme: str, action: str = Action.ESTABLISH) -> Filing:
    """A new draft of the actor's unit. Invalid for an unknown programme or a unit that may not lead one.

    What concerns an entity on the register is started by `aftercare.start`.
    """
    is_unit_member.require(actor)
    try:
        whole = programmes.get(programme)
    except KeyError:
        raise Invalid.one("programme", _("没有这个申报类别"), "programme") from None
    if action not in FOUNDS:
        raise Invalid.one("action", _("请指明这一事项针对的登记主体"), "entity")
    if action not in whole.foundings:
        raise Invalid.one("action", _("这一类别不受理这一事项"), "action")
    spec = programmes.get(programme, action)
    unit = actor.organisation
    if spec.lead_kinds and unit.kind not in spec.lead_kinds:
        clause = law_on(clock.today(), spec.place).cite(spec.lead_condition)
        kinds = "、".join(str(OrganisationKind(kind).label) for kind in spec.lead_kinds)
        words = _("%(lead)s须为%(kinds)s，贵单位登记为%(own)s，不能申报。")
        names = {"lead": spec.words.lead, "kinds": kinds, "own": unit.get_kind_display()}
        raise Invalid.one("lead_kind", words % names, "", clause)
    return create(actor=actor, programme=spec, authority=authority_of(spec.place, spec.department))


def create(*, actor: Actor, programme: programmes.Programme, authority: Organisation, **given: Any) -> Filing:
    """A draft of the actor's unit, which is its lead; `given` are further fields. In the caller's transaction."""
    unit = actor.organisation
    if unit.state != OrganisationState.APPROVED:
        raise NotAllowed.one("unit_not_approved", _("单位登记通过审核后才能申报。"))
    filing = Filing(
        programme=programme.key,
        action=programme.action,
        applicant=unit,
        authority=authority,
        district=unit.district,
        created_at=clock.now(),
        created_by=actor.user,
        **given,
    )
    describe(filing)
    filing.save()
    Participant.objects.create(
        filing=filing,
        organisation=unit,
        role=ParticipantRole.LEAD,
        invited_at=clock.now(),
        invited_by=actor.user,
    )
    log(filing, "start", str(_("开始填写")), actor=actor)
    detail = {"programme": programme.key, "action": programme.action}
    audit.record("filing.start", actor=actor, obj=filing, detail=detail)
    return filing


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    filing: Filing,
    section: str,
    data: Any,
    version: int | None = None,
    strict: bool = False,
) -> Saved:
    """Write the answers of one section.

    `data` is a QueryDict (a page: every editable field) or a dict (the API: the fields given).
    With `strict` a wrong value writes nothing and raises Invalid; without it the right values are kept
    and what was typed wrong is stored as a draft to be offered again.
    Raises NotVisible, NotAllowed (locked field, not your section), Stale.
    """
    spec = _section(filing, section)
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    place = section_owner(row, spec, actor)
    holder: Filing | Participant = place if place is not None else row
    if version is not None and version != holder.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新。您的输入已保留，请核对后再保存。"))
    before = dict(holder.content.get(section, {}))
    open_names = editable_fields(row, spec, place)
    partial = not hasattr(data, "getlist")
    values, form = clean_section(spec.form, {**before, **data} if partial else data)
    wanted = {k: v for k, v in values.items() if not partial or k in data}
    _refuse_locked(spec, before, wanted, open_names, partial)
    if strict and form.errors:
        raise Invalid(
            [
                Problem(e.code or "invalid", m, f"{section}.{n}", getattr(e, "clause", ""))
                for n, es in form.errors.as_data().items()
                for e in es
                for m in e.messages
            ]
        )
    # an answer that was empty and stays so is no change, whatever its form: a page sends all its fields
    after = before | {
        k: v for k, v in wanted.items() if k in open_names and not (is_empty(v) and is_empty(before.get(k)))
    }
    if not partial:
        _keep_raw(row, actor, section, data, form)
    changed = after != before
    if changed:
        _write(row, place, spec, before, after, actor)
    return Saved(row, place, form, changed)


def _section(filing: Filing, key: str) -> Section:
    found = filing.spec.section(key)
    if found is None:
        raise NotVisible.one("section", _("没有这个填写页"))
    return found


def _refuse_locked(
    spec: Section, before: Mapping[str, Any], wanted: Mapping[str, Any], open_names: set[str], partial: bool
) -> None:
    """The API says so when it names a locked field; a page does not even send those."""
    locked = [k for k, v in wanted.items() if k not in open_names and v != before.get(k) and partial]
    if locked or not open_names:
        names = "、".join(spec.field_label(k) for k in locked) or str(spec.title)
        raise NotAllowed.one(
            "locked",
            _("“%(names)s”未列入补正要求，不能修改。") % {"names": names},
            f"{spec.key}.{locked[0]}" if locked else spec.key,
        )


def _keep_raw(row: Filing, actor: Actor, section: str, data: Any, form: forms.Form) -> None:
    keys = {"filing": row, "organisation": actor.organisation, "section": section}
    if form.errors:
        # PostgreSQL keeps no NUL; nobody types one
        raw = {
            k.replace("\x00", ""): [v.replace("\x00", "") for v in data.getlist(k)]
            for k in data
            if k != "csrfmiddlewaretoken"
        }
        SectionDraft.objects.update_or_create(**keys, defaults={"raw": raw, "saved_at": clock.now()})
    else:
        SectionDraft.objects.filter(**keys).delete()


def _write(
    row: Filing,
    place: Participant | None,
    spec: Section,
    before: dict[str, Any],
    after: dict[str, Any],
    actor: Actor,
) -> None:
    holder: Filing | Participant = place if place is not None else row
    holder.content = {**holder.content, spec.key: after}
    holder.version += 1
    if place is not None:
        place.save(update_fields=["content", "version"])
    else:
        describe(row)
        row.save(update_fields=["content", "version", "title", "industry", "grams"])
    fields = sorted(k for k in after if after[k] != before.get(k))
    audit.record(
        "filing.section_saved",
        actor=actor,
        obj=row,
        detail={"section": spec.key, "fields": fields},
        before=digest(before),
        after=digest(after),
    )
    if spec.shared or spec.owner is Owner.PARTICIPANT:
        why = _("“%(section)s”的内容已修改") % {"section": spec.title}
        void_confirmations(filing=row, only=place, reason=str(why), actor=actor)


def describe(row: Filing) -> None:
    """Title, industry and search grams follow the content, or the entity where the content names none."""
    entity = row.entity
    row.title = (row.spec.name_of(row.content) or (entity.name if entity else ""))[:120]
    row.industry = (row.spec.industry_of(row.content) or (entity.industry if entity else ""))[:60]
    row.index()


def attach(*, actor: Actor, filing: Filing, section: str, field: str, upload: UploadedFile) -> Attachment:
    """Store a file in a section's file field; a single-file field replaces what was there.

    The file is inspected before anything is locked. Raises Invalid for a bad file, NotAllowed for a locked field.
    """
    spec, slot = _slot(filing, section, field)
    _may_touch(filing, spec, field, actor)
    checked = files.check(upload, name=upload.name or "", allowed=slot.extensions, field=f"{section}.{field}")
    with transaction.atomic():
        row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
        place = _may_touch(row, spec, field, actor)
        live = row.attachments.filter(section=section, field=field, participant=place, removed_at=None)
        if not slot.many:
            live.update(removed_at=clock.now())
        elif live.count() >= MAX_FILES:
            raise Invalid.one(
                "too_many", _("此处最多上传 %(n)s 个文件") % {"n": MAX_FILES}, f"{section}.{field}"
            )
        stored = files.store_generated(
            checked.data,
            name=checked.name,
            mime=checked.mime,
            actor=actor,
            kind="filings.attachment",
            owner=row,
        )
        attachment = Attachment.objects.create(
            filing=row,
            participant=place,
            section=section,
            field=field,
            stored=stored,
            created_at=clock.now(),
            created_by=actor.user,
        )
        _file_changed(row, place, spec, actor, "filing.attached", stored.sha256)
    return attachment


def _may_touch(filing: Filing, spec: Section, field: str, actor: Actor) -> Participant | None:
    with transaction.atomic():
        place = section_owner(filing, spec, actor)
        if field not in editable_fields(filing, spec, place):
            raise NotAllowed.one("locked", _("此处未列入补正要求，不能更换文件。"), f"{spec.key}.{field}")
    return place


@transaction.atomic
def detach(*, actor: Actor, filing: Filing, attachment_id: int) -> None:
    """Take a file out; it stays on record."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    found = row.attachments.filter(pk=attachment_id, removed_at=None).first()
    if found is None:
        raise NotVisible.one("attachment", _("没有这个附件"))
    spec, _field = _slot(row, found.section, found.field)
    place = section_owner(row, spec, actor)
    if found.participant_id != (place.pk if place else None):
        raise NotVisible.one("attachment", _("没有这个附件"))
    if found.field not in editable_fields(row, spec, place):
        raise NotAllowed.one(
            "locked", _("此处未列入补正要求，不能更换文件。"), f"{found.section}.{found.field}"
        )
    found.removed_at = clock.now()
    found.save(update_fields=["removed_at"])
    _file_changed(row, place, spec, actor, "filing.detached", found.stored.sha256)


def _slot(filing: Filing, section: str, field: str) -> tuple[Section, FileField]:
    spec = _section(filing, section)
    slot = spec.files.get(field)
    if slot is None:
        raise NotVisible.one("field", _("没有这个附件栏"))
    return spec, slot


def _file_changed(
    row: Filing, place: Participant | None, spec: Section, actor: Actor, action: str, sha256: str
) -> None:
    holder: Filing | Participant = place if place is not None else row
    holder.version += 1
    holder.save(update_fields=["version"])
    audit.record(action, actor=actor, obj=row, detail={"section": spec.key}, after=sha256)
    if spec.shared or place is not None:
        why = _("“%(section)s”的附件已更换") % {"section": spec.title}
        void_confirmations(filing=row, only=place, reason=str(why), actor=actor)
