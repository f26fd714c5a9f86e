"""What a claim asks: the matter, the facts of its measure, who is paid, the proof, the declaration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from filings.fields import FileField, SectionForm
from filings.sections import Section
from subsidies.enums import Kind
from subsidies.facts import FACTS, BadFact, Fact, FactKind, read
from subsidies.presentation.words import papers
from subsidies.selectors.measures import known
from subsidies.terms import Terms

#: What an officer says at the proposal, never the unit.
OFFICERS = ("set_amount", "rate", "grade")
BY_AREA = "building_area"
PROVINCIAL = "provincial_payment"
PROOF = ("pdf", "jpg", "jpeg", "png")


class RefusedFact(ValidationError):
    """A fact that cannot be read, with the clause it is asked by."""

    def __init__(self, bad: BadFact, clause: str) -> None:
        super().__init__(bad.message, code=bad.code)
        self.clause = clause


class FactField(forms.CharField):
    """One fact as a payload writes it; people may write 8,000."""

    def __init__(self, fact: Fact, *, clause: str = "", **kwargs: Any) -> None:
        self.fact, self.cited = fact, clause
        if fact.kind is FactKind.DATE:
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"})
        elif fact.kind in (FactKind.MONEY, FactKind.AREA, FactKind.RATE):
            kwargs["widget"] = forms.TextInput(
                attrs={"inputmode": "decimal", "class": "w-num", "autocomplete": "off"}
            )
        shared: dict[str, Any] = {"label": fact.label, "help_text": fact.hint}
        super().__init__(max_length=400, **shared, **kwargs)
        self.unit = str(fact.unit)

    def clean(self, value: Any) -> Any:
        """The text as a payload takes it."""
        text = super().clean(value).strip()
        if self.fact.kind in (FactKind.MONEY, FactKind.AREA, FactKind.RATE):
            text = text.replace(",", "").replace("，", "")
        if text:
            try:
                read(self.fact.name, text)
            except BadFact as bad:
                raise RefusedFact(bad, self.cited) from None
        return text


class ClaimForm(SectionForm):
    """The matter: when it happened, and for what has no figure, what is asked for."""

    on = forms.DateField(
        label=_("事项日期"),
        help_text=_("批复、认定、验收或者省级补助拨付之日，按这一天有效的政策测算。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    space = forms.CharField(
        label=_("用房标识"),
        max_length=160,
        required=False,
        help_text=_("不动产权证号和楼栋、楼层、房间号；没有产权证的写详细地址。同一面积只支持一次。"),
    )
    payment = forms.CharField(
        label=_("省级拨付文件"),
        max_length=120,
        required=False,
        help_text=_("省级补助拨付文件的文号；一份文件分几笔的，注明是哪一笔。同一笔省级补助只配套一次。"),
    )
    request = forms.CharField(
        label=_("申请支持的内容"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("原文没有规定数额的，写明申请的支持和理由。"),
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)


class AnyMeasureForm(ClaimForm):
    """The same before a measure is chosen, as a program sends it."""

    measure = forms.ChoiceField(
        label=_("支持措施"), choices=lambda: [(k, m.label) for k, m in known().items()]
    )

    field_order = ("measure",)


class FactsForm(SectionForm):
    """Facts by which the amount is computed; those of a measure where one is chosen."""


class PayeeForm(SectionForm):
    """Who is paid: the claimant's own account."""

    account_name = forms.CharField(label=_("账户名称"), max_length=120, help_text=_("须与申领单位名称一致。"))
    bank = forms.CharField(label=_("开户银行"), max_length=120, help_text=_("写到支行。"))
    account_number = forms.RegexField(
        label=_("银行账号"),
        regex=r"^[0-9 \-]{8,34}$",
        max_length=34,
        error_messages={"invalid": _("银行账号为 8 至 32 位数字。")},
    )

    def clean_account_number(self) -> str:
        """Digits only."""
        return "".join(c for c in self.cleaned_data["account_number"] if c.isdigit())


class EvidenceForm(SectionForm):
    proof = FileField(label=_("证明材料"), many=True, extensions=PROOF)
    other = FileField(label=_("其他材料"), many=True, extensions=PROOF, required=False)


class DeclarationForm(SectionForm):
    truthful = forms.BooleanField(label=_("填写的事实和材料真实、准确、完整"))
    not_elsewhere = forms.BooleanField(label=_("同一事项没有向其他部门或者地区重复申领"))
    consent = forms.BooleanField(label=_("同意按规定公示，并按拨付要求接受核查"))


def fact_form(terms: Terms, names: dict[str, str]) -> type[SectionForm] | None:
    """The form of a measure's facts; None where the unit has none to state."""
    clause = terms.law.cite(terms.key)
    fields = {
        name: _field(FACTS[name], terms, names, must, clause)
        for name, must in terms.facts.items()
        if name not in OFFICERS
    }
    return type("MeasureFactsForm", (FactsForm,), fields) if fields else None


def _field(fact: Fact, terms: Terms, names: dict[str, str], must: bool, clause: str) -> forms.Field:
    shared: dict[str, Any] = {"label": fact.label, "required": must, "help_text": fact.hint}
    if fact.kind is FactKind.BOOL:
        return forms.ChoiceField(choices=[("", _("未填写")), ("yes", _("是")), ("no", _("否"))], **shared)
    if fact.kind in (FactKind.CHOICE, FactKind.ENTITY_TYPE):
        options = [("", _("未填写")), *_options(fact, terms, names)]
        return forms.ChoiceField(choices=options, **shared)
    return FactField(fact, clause=clause, required=must)


def _options(fact: Fact, terms: Terms, names: dict[str, str]) -> Iterable[tuple[str, Any]]:
    if fact.name == "platform_type":
        return [(key, names.get(key, key)) for key in terms.reading("subsidy.platform_award_types")]
    if fact.kind is FactKind.ENTITY_TYPE:
        return [(key, names.get(key, key)) for key in terms.data.get("beneficiary", ())]
    return fact.choices


def every_fact() -> type[SectionForm]:
    """Every fact a unit may state, none required: the schema before a measure is chosen."""
    fields: dict[str, forms.Field] = {}
    for name, fact in FACTS.items():
        if name in OFFICERS:
            continue
        plain: dict[str, Any] = {"label": fact.label, "required": False, "help_text": fact.hint}
        if fact.kind is FactKind.BOOL:
            fields[name] = forms.ChoiceField(choices=[("yes", _("是")), ("no", _("否"))], **plain)
        elif fact.kind is FactKind.CHOICE:
            fields[name] = forms.ChoiceField(choices=list(fact.choices), **plain)
        elif fact.kind is FactKind.ENTITY_TYPE:
            fields[name] = forms.CharField(max_length=60, **plain)
        else:
            fields[name] = FactField(fact, required=False)
    return type("EveryFactForm", (FactsForm,), fields)


def matter_form(terms: Terms) -> type[SectionForm]:
    """The matter of one measure: without the questions it does not ask."""
    gone: dict[str, Any] = {}
    given: dict[str, Any] = {}
    asked = {
        "space": terms.data.get("once_per") == BY_AREA,
        "payment": terms.data.get("event") == PROVINCIAL,
        "request": terms.kind in (Kind.NEGOTIATED, Kind.DISCRETIONARY, Kind.PRIORITY, Kind.FLOOR),
    }
    for name, wanted in asked.items():
        if wanted:
            given[name] = _required(ClaimForm.base_fields[name])
        else:
            gone[name] = None
    return type("MeasureClaimForm", (ClaimForm,), {**given, **gone})


def _required(field: Any) -> Any:
    return type(field)(
        label=field.label, max_length=field.max_length, help_text=field.help_text, widget=field.widget
    )


def evidence_form(terms: Terms) -> type[SectionForm]:
    """The proof a measure asks for, named."""
    wanted = "、".join(papers(terms))
    proof = FileField(
        label=_("证明材料"), many=True, extensions=PROOF, help_text=wanted or _("能够证明符合条款的材料。")
    )
    return type("MeasureEvidenceForm", (EvidenceForm,), {"proof": proof})


CLAIM = Section("claim", _("申领事项"), AnyMeasureForm, _("什么时候发生的什么事。"))
FACTS_SECTION = Section("facts", _("测算事实"), every_fact(), _("金额按这些事实和条款算出。"))
PAYEE = Section("payee", _("收款账户"), PayeeForm, _("款项拨付到申领单位自己的账户。"))
EVIDENCE = Section("evidence", _("证明材料"), EvidenceForm)
DECLARATION = Section("declaration", _("声明"), DeclarationForm)
SECTIONS = (CLAIM, FACTS_SECTION, PAYEE, EVIDENCE, DECLARATION)
