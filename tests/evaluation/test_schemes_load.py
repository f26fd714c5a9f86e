"""The schemes that come with the portal: every kind has one, all are sound, loading again writes nothing."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.actor import Actor
from evaluation import feeds, scheme
from evaluation.models import Scheme
from evaluation.scheme.editing import indicators
from evaluation.selectors import schemes as see
from evaluation.services import scheme_load
from filings import programmes

FOLDER = settings.BASE_DIR / "fixtures" / "schemes"


@pytest.fixture
def copy(tmp_path: Path) -> Any:
    """A copy of the fixtures with one file of the schemes changed."""

    def make(name: str, change: Any) -> Path:
        shutil.copytree(settings.BASE_DIR / "fixtures" / "schemes", tmp_path / "schemes", dirs_exist_ok=True)
        path = tmp_path / "schemes" / f"{name}.yaml"
        data = yaml.safe_load(path.read_text("utf-8"))
        change(data)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        return tmp_path

    return make


@pytest.mark.django_db
def test_every_kind_has_a_sound_scheme() -> None:
    rows = Scheme.objects.filter(authority=None, standing="published")
    covered = {kind for row in rows for kind in row.kinds}
    assert covered == {one.entity_kind for one in programmes.all_programmes()}
    for row in rows:
        assert scheme.problems(row.tree) == [], row.key
        doc = scheme.parse(row.tree)
        assert doc.weight == Decimal(100), row.key
        assert scheme.as_json(doc) == row.tree, row.key
        assert row.source and row.rule.startswith("eva_"), row.key
        assert row.version == 1


@pytest.mark.django_db
def test_published_tables_keep_their_figures() -> None:
    def weights(key: str) -> dict[str, int]:
        doc = scheme.parse(Scheme.objects.get(key=key).tree)
        return {part.code: int(part.weight) for part in doc.dimensions}

    assert weights("key_laboratory") == {"R": 50, "T": 30, "O": 20}
    assert list(weights("university_laboratory").values()) == [40, 20, 20, 20]
    assert list(weights("technology_transfer").values()) == [10, 30, 30, 20, 10]
    activity = scheme.parse(Scheme.objects.get(key="alliance_activity").tree)
    assert [int(band.start) for band in activity.bands] == [86, 75, 65, 0]
    assert activity.whole_points
    assert not Scheme.objects.get(key="university_laboratory").proposed_default
    assert Scheme.objects.get(key="consortium").proposed_default


@pytest.mark.django_db
def test_every_feed_they_name_is_there() -> None:
    for row in Scheme.objects.filter(authority=None):
        assert see.problems_of(row.kinds, row.tree) == [], row.key
        for one in indicators(row.tree):
            if one["feed"]:
                assert feeds.known()[one["feed"]].source == one["source"], (row.key, one["code"])


def test_sources_name_publishers_and_no_site() -> None:
    for path in FOLDER.glob("*.yaml"):
        source = yaml.safe_load(path.read_text("utf-8"))["source"]
        assert "http" not in source and ".com" not in source and ".cn" not in source, path.name


@pytest.mark.django_db
def test_loading_again_writes_nothing() -> None:
    before = list(Scheme.objects.order_by("pk").values())
    assert scheme_load.load(settings.BASE_DIR / "fixtures", Actor.system()) == 0
    assert list(Scheme.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_changed_file_is_a_new_version(copy: Any) -> None:
    def change(data: Any) -> None:
        first, second = data["dimensions"][0]["indicators"][:2]
        first["weight"], second["weight"] = "6", "5"

    held = Scheme.objects.get(key="consortium")
    folder = copy("consortium", change)
    assert scheme_load.load(folder, Actor.system()) == 1
    assert scheme_load.load(folder, Actor.system()) == 0
    new = Scheme.objects.get(key="consortium", version=2)
    assert new.based_on == held and new.standing == "published"
    tree = held.tree
    held.refresh_from_db()
    assert held.tree == tree and held.standing == "published"


@pytest.mark.django_db
def test_what_is_taken_over_follows_its_origin(copy: Any) -> None:
    rows = Scheme.objects.get(key="technology_innovation_centre").tree["dimensions"]
    assert all(row["proposed"] for part in rows for row in part["indicators"])

    def change(data: Any) -> None:
        data["dimensions"][0]["name"] = "研发队伍"

    assert scheme_load.load(copy("engineering_centre", change), Actor.system()) == 6


WRONG = [
    (lambda data: data["dimensions"][0]["indicators"][0].update(weight="6"), "权重合计为 99"),
    (lambda data: data.update(kinds=["circus"]), "没有这类主体：circus"),
    (lambda data: data.update(rule="eva_none"), "没有这项评价依据：eva_none"),
    (lambda data: data.update(key="other"), "应与文件名一致"),
    (lambda data: data.pop("source"), "缺少：source"),
    (lambda data: data.update(like="nothing"), "没有可以参照的文件：nothing"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_a_broken_file_is_refused_with_its_reason(copy: Any, change: Any, sentence: str) -> None:
    folder = copy("consortium", change)
    before = Scheme.objects.count()
    with pytest.raises(scheme_load.FixtureError) as refused:
        scheme_load.load(folder, Actor.system())
    assert sentence in str(refused.value)
    assert Scheme.objects.count() == before


@pytest.mark.django_db
def test_load_policy_loads_them_and_refuses_as_one(copy: Any, tmp_path: Path) -> None:
    for part in ("policy", "reference"):
        shutil.copytree(settings.BASE_DIR / "fixtures" / part, tmp_path / part)
    folder = copy("consortium", lambda data: data["dimensions"].pop())
    with pytest.raises(CommandError, match="权重合计为"):
        call_command("load_policy", fixtures=folder, verbosity=0)
    (tmp_path / "schemes" / "consortium.yaml").write_text("a: [", "utf-8")
    with pytest.raises(CommandError, match="不是有效的 YAML"):
        call_command("load_policy", fixtures=folder, verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["tree", "kinds", "version"])
def test_the_database_keeps_a_published_scheme(column: str) -> None:
    held = Scheme.objects.get(key="consortium")
    wanted = {"tree": "'{}'::jsonb", "kinds": "'{x}'", "version": "9"}[column]
    sql = f"UPDATE evaluation_scheme SET {column} = {wanted} WHERE id = %s"
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [held.pk])
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evaluation_scheme WHERE id = %s", [held.pk])


@pytest.mark.django_db
def test_a_draft_may_be_rewritten_by_the_database() -> None:
    """The control of the test above: it is the standing that freezes."""
    held = Scheme.objects.get(key="consortium")
    draft = Scheme.objects.create(
        key="consortium",
        version=2,
        label=held.label,
        kinds=held.kinds,
        tree=held.tree,
        created_at=held.created_at,
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_scheme SET tree = '{}'::jsonb WHERE id = %s", [draft.pk])
    draft.refresh_from_db()
    assert draft.tree == {}
