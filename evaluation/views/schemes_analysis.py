"""What helps to write a scheme: pairs (AHP), a trial on figures of a former round, entropy weights and TOPSIS.

Only the weights from pairs can be taken over, as exact figures, by saving them; the rest is looked at and not stored.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid, NotVisible
from evaluation.forms_schemes import EditionForm
from evaluation.models import Run, Scheme
from evaluation.presentation import schemes as shown
from evaluation.scheme import weighing
from evaluation.scoring.analysis import CONSISTENT, RANDOM_INDEX, Ahp, ahp
from evaluation.selectors import scheme_trial as trial
from evaluation.selectors import schemes as see
from evaluation.services import schemes as services
from evaluation.views.schemes import SchemeView, crumbs
from evaluation.views.schemes_edit import EditDraft, _there

MOST = len(RANDOM_INDEX)
SHOWN = 200
WORDS = {
    "1": gettext_lazy("同等重要"),
    "2": gettext_lazy("介于同等与稍微重要之间"),
    "3": gettext_lazy("稍微重要"),
    "4": gettext_lazy("介于稍微与明显重要之间"),
    "5": gettext_lazy("明显重要"),
    "6": gettext_lazy("介于明显与强烈重要之间"),
    "7": gettext_lazy("强烈重要"),
    "8": gettext_lazy("介于强烈与极端重要之间"),
    "9": gettext_lazy("极端重要"),
}


def scale(first: str, second: str) -> list[tuple[str, str]]:
    """What may be said of a pair, from the first far ahead to the second far ahead."""
    found = []
    for said in reversed(weighing.SCALE):
        number = said.removeprefix("1/")
        if number == "1":
            found.append((said, str(WORDS["1"])))
            continue
        ahead = second if said.startswith("1/") else first
        words = {"name": ahead, "n": number, "word": WORDS[number]}
        found.append((said, _("%(name)s %(word)s（%(n)s）") % words))
    return found


class PairsForm(EditionForm):
    """One field for each pair: `p0_1` says how much more the first matters than the second."""

    def __init__(self, *args: Any, names: list[str], held: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for i, first in enumerate(names):
            for j, second in list(enumerate(names))[i + 1 :]:
                self.fields[f"p{i}_{j}"] = forms.ChoiceField(
                    label=_("%(first)s 与 %(second)s 相比") % {"first": first, "second": second},
                    choices=scale(first, second),
                    initial=held.get(f"{i}_{j}", "1"),
                )

    def pairs(self) -> dict[tuple[int, int], str]:
        """(i, j) → a word of the scale."""
        found = {}
        for name, value in self.cleaned_data.items():
            if name.startswith("p"):
                first, _line, second = name[1:].partition("_")
                found[int(first), int(second)] = value
        return found


class Pairs(EditDraft):
    """Weights of the dimensions, or of the indicators of one, from comparisons in pairs."""

    template_name = "evaluation/schemes/pairs.html"
    form_class: Any = PairsForm
    success_message = gettext_lazy("已采用，权重已按比例换算为百分制。")
    result: Ahp | None = None

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.group = kwargs["group"]
        self.rows = _there(weighing.members, self.scheme, self.group)
        if not 2 <= len(self.rows) <= MOST:
            raise NotVisible.one("pairs", _("两两比较适用于 2 至 %(n)s 项。") % {"n": MOST})

    def get_form_kwargs(self) -> dict[str, Any]:
        held = self.scheme.tree.get("ahp", {}).get(self.group, {}).get("pairs", {})
        return super().get_form_kwargs() | {"names": [row["name"] for row in self.rows], "held": held}

    def form_valid(self, form: Any) -> HttpResponse:
        self.result = ahp(weighing.matrix(form.pairs(), len(self.rows)))
        if self.request.POST.get("do") != "apply":
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def perform(self, form: Any) -> Scheme:
        found = self.result
        if found is None or not found.consistent:
            raise Invalid.one("inconsistent", _("一致性比例不小于 0.1，请调整判断后再采用。"))
        shares = [Decimal(str(round(share, 6))) for share in found.weights]
        note = {
            "pairs": {f"{i}_{j}": said for (i, j), said in form.pairs().items()},
            "codes": [row["code"] for row in self.rows],
            "weights": [str(share) for share in shares],
            "cr": f"{found.cr:.4f}",
        }
        tree = weighing.weighed(self.scheme.tree, self.group, shares, note)
        edition = form.cleaned_data["edition"]
        return services.save(actor=self.actor, row=self.scheme, tree=tree, edition=edition)

    def heading(self) -> str:
        return _("层次分析法确定权重")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, found = super().get_context_data(**kwargs), self.result
        if found is not None:
            weights = zip(self.rows, found.weights, strict=True)
            context["weights"] = [{"row": row, "share": Decimal(str(round(w, 4)))} for row, w in weights]
            context["result"] = found
            context["figures"] = {
                "eigenvalue": f"{found.eigenvalue:.4f}",
                "ci": f"{found.ci:.4f}",
                "cr": f"{found.cr:.4f}",
                "limit": CONSISTENT,
            }
        return context


class Look(SchemeView):
    """Over the figures of a former round: the one asked for, else the latest."""

    def source(self, row: Scheme) -> tuple[list[Run], Run | None]:
        """Runs to choose from, and the chosen."""
        found = trial.sources(self.actor, row)
        asked = self.request.GET.get("run", "")
        if asked:
            chosen = next((one for one in found if str(one.pk) == asked), None)
            if chosen is None:
                raise NotVisible.one("run", _("没有找到，或您无权查看。"))
            return found, chosen
        return found, found[0] if found else None

    def around(self, row: Scheme, heading: str) -> dict[str, Any]:
        back = reverse("evaluation:scheme", args=[row.pk])
        return {
            "scheme": row,
            "heading": heading,
            "back": back,
            "crumbs": crumbs((str(row), back), (heading, "")),
        }


class Trial(Look):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        found = see.problems_of(row.kinds, row.tree)
        wrong = [one for one in found if one.code != "feed"]
        runs, run = self.source(row)
        tried = trial.tried(row, run) if run is not None and not wrong else None
        context = {
            **self.around(row, _("用往年数据试算")),
            "runs": runs,
            "run": run,
            "problems": shown.problem_lines(row, wrong),
            "trial": tried,
            "lines": sorted(tried.lines, key=lambda one: -abs(one.difference))[:SHOWN] if tried else [],
        }
        return self.page("trial", context)


class Analysis(Look):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        runs, run = self.source(row)
        wrong = see.problems_of(row.kinds, row.tree)
        found = trial.analysed(row, run) if run is not None and not wrong else None
        context = {
            **self.around(row, _("权重和排序分析")),
            "runs": runs,
            "run": run,
            "problems": shown.problem_lines(row, wrong),
            "found": found,
            "ranking": found.ranking[:SHOWN] if found else (),
        }
        return self.page("analysis", context)
