"""联盟研发投入强度 (obl_all_rd_intensity, obl_all_rd_intensity_sme): a pure function over the members' figures of one year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from filings.conditions import LawLike

SME = ("medium", "small", "micro")
PLAIN, RAISED = "obl_all_rd_intensity", "obl_all_rd_intensity_sme"


@dataclass(frozen=True)
class Line:
    """One member with its figures of the year, in yuan; None where it gave none. `size` is set for enterprises only."""

    name: str
    rd: Decimal | None
    revenue: Decimal | None
    size: str = ""
    enterprise: bool = True
    unit: int = 0  # its number, so that a reader is known in its own line
    closed: bool = False  # its figures are not for this reader; that they count, and the averages, are

    @property
    def counts(self) -> bool:
        """Only who reports both, with revenue to divide by, is in the average."""
        return self.rd is not None and self.revenue is not None and self.revenue > 0

    @property
    def ratio(self) -> Decimal | None:
        return self.rd / self.revenue if self.counts and self.rd is not None and self.revenue else None

    @property
    def why_left_out(self) -> str:
        """Empty for who counts."""
        if self.counts:
            return ""
        if self.rd is None and self.revenue is None:
            return str(_("两项数据均未填报"))
        if self.revenue is None:
            return str(_("缺主营业务收入"))
        return str(_("缺研发投入") if self.rd is None else _("主营业务收入为零"))


@dataclass(frozen=True)
class Intensity:
    """What the figures of a year say. Ratios are fractions; None where nobody counts."""

    lines: tuple[Line, ...]
    weighted: Decimal | None
    simple: Decimal | None
    basis: str  # reading alliance.rd_average: `weighted` or `simple`
    sme_count: int
    enterprise_count: int
    is_sme: bool
    threshold: Decimal
    rule: str  # the catalogue id whose threshold holds
    clause: str
    strength: str  # reading alliance.rd_hardness

    @property
    def value(self) -> Decimal | None:
        return self.simple if self.basis == "simple" else self.weighted

    @property
    def met(self) -> bool | None:
        """Compared unrounded; None where nothing can be said."""
        return None if self.value is None else self.value >= self.threshold

    @property
    def counted(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.counts)

    @property
    def left_out(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.counts)


def measure(lines: Iterable[Line], law: LawLike) -> Intensity:
    """Weighted (Σ R&D ÷ Σ main revenue) and simple mean over the members that report both, beside the threshold.

    Small and medium firms dominate where their share of the enterprise members is more than `alliance.sme_share`.
    """
    rows = tuple(lines)
    both = [line for line in rows if line.counts]
    revenue = sum((line.revenue for line in both if line.revenue is not None), Decimal(0))
    spent = sum((line.rd for line in both if line.rd is not None), Decimal(0))
    ratios = [line.ratio for line in both if line.ratio is not None]
    firms = [line for line in rows if line.enterprise]
    small = sum(line.size in SME for line in firms)
    is_sme = bool(firms) and Decimal(small) / len(firms) > Decimal(str(law.reading("alliance.sme_share")))
    rule = RAISED if is_sme else PLAIN
    return Intensity(
        lines=rows,
        weighted=spent / revenue if revenue else None,
        simple=sum(ratios, Decimal(0)) / len(ratios) if ratios else None,
        basis=str(law.reading("alliance.rd_average")),
        sme_count=small,
        enterprise_count=len(firms),
        is_sme=is_sme,
        threshold=Decimal(str(law.value(rule))),
        rule=rule,
        clause=law.cite(rule),
        strength=str(law.reading("alliance.rd_hardness")),
    )


def shown(value: Decimal | None) -> str:
    """In per cent with two places, so that 2.996 % does not read as 3 %; a dash where there is none."""
    return "—" if value is None else f"{_down(value)}%"


def _down(value: Decimal) -> Decimal:
    # cut, not rounded: what is below a threshold must not look as if it had reached it
    return (value * 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")


def as_line(name: str, kind: str, size: str, figures: dict[str, Any], unit: int = 0) -> Line:
    """A member's line from its registration and its figures by kind."""
    enterprise = kind == "enterprise"
    return Line(
        name=name,
        rd=figures.get("rd_expenditure"),
        revenue=figures.get("main_revenue"),
        size=size if enterprise else "",
        enterprise=enterprise,
        unit=unit,
    )
