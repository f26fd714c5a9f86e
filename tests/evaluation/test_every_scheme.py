"""Every evaluation of the catalogue by its own table: a round from its setting up to the rating on the register."""

from decimal import Decimal

import pytest

from accounts.enums import Role
from evaluation.models import Scheme
from filings.models import Rating
from policy.models import Item
from tests.makers import evaluation as make
from tests.makers.accounts import act, make_bureau, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db

#: Id in the catalogue → keys of schemes; of those taken over from another file one is enough.
TABLES = {
    "eva_consortium": ("consortium",),
    "eva_alliance": ("alliance", "alliance_activity", "innovative_cluster", "community"),
    "eva_strategic_cluster": ("strategic_cluster",),
    "eva_laboratory": ("key_laboratory", "university_laboratory"),
    "eva_incubation": ("incubator", "maker_space"),
    "eva_ptsp": ("public_platform",),
    "eva_workstation": ("workstation",),
    "eva_technology_transfer": ("technology_transfer",),
    "eva_platform_general": ("engineering_centre", "new_rd_institution"),
    "eva_iri": ("industrial_institute",),
    "eva_activity": ("technology_forum",),
}
CASES = [(rule, key) for rule, keys in TABLES.items() for key in keys]


def cast_of(scheme: Scheme) -> make.Cast:
    """Strategic clusters belong to the development commission, everything else to the science bureau."""
    kind = scheme.kinds[0]
    if kind != "strategic_emerging_cluster":
        return make.make_cast(1, kind=kind)
    bureau = make_bureau("370300", name="淄博市发展和改革委员会", department="development_reform")
    officer, head = (act(make_user(Role.MUNICIPAL_DRC, bureau), bureau) for _person in range(2))
    return make.Cast(bureau, officer, head, [make_entity(kind, valid_from=make.BEGAN, authority=bureau)])


def test_every_evaluation_of_the_catalogue_is_here():
    known = set(Item.objects.filter(section="evaluation", parent=None).values_list("key", flat=True))
    assert known == set(TABLES)


@pytest.mark.parametrize(("rule", "key"), CASES)
def test_an_evaluation_runs_by_its_own_table(frozen, rule, key):
    """Full figures bring everything but what experts judge, whom nobody asked here."""
    scheme = Scheme.objects.filter(key=key, authority=None).latest("version")
    assert scheme.rule == rule
    cast = cast_of(scheme)
    row = make.close_reports(make.open_round(make.round_of(cast, scheme=scheme), cast), cast, frozen)
    rows = [one for part in scheme.tree["dimensions"] for one in part["indicators"]]
    make.figures(row, cast, {one["code"]: "1000000" for one in rows})
    make.scored(row, cast)
    make.confirmed(row, cast)
    judged = sum(Decimal(one["weight"]) for one in rows if one["method"] == "expert")
    reached = 100 - judged
    band = next(one for one in scheme.tree["bands"] if reached >= Decimal(one["from"]))
    rating = Rating.objects.get(entity=cast.entity)
    assert (rating.score, rating.grade, rating.word) == (reached, band["grade"], band["word"])
    assert rating.confirmed_by == cast.head.user
