"""The loader: sound fixtures, refusal of broken ones with a readable sentence, nothing written twice."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import District, Industry
from core.actor import Actor
from policy.law import law_on
from policy.models import Clause, Document, Item, ItemClause, LawRevision, Parameter, ParameterValue, Reading
from policy.services import checks, fixtures
from policy.services.load import load

FIXTURES = settings.BASE_DIR / "fixtures"


def again(directory: Path = FIXTURES) -> Any:
    return load(directory=directory, actor=Actor.system())


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str, Callable[[Any], None]], Path]:
    """A copy of the fixtures with one file changed."""

    def make(name: str, change: Callable[[Any], None]) -> Path:
        for folder in ("policy", "reference"):
            shutil.copytree(FIXTURES / folder, tmp_path / folder, dirs_exist_ok=True)
        path = tmp_path / name
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return make


def test_the_fixtures_are_sound() -> None:
    assert checks.problems(fixtures.read(FIXTURES)) == []


@pytest.mark.django_db
def test_five_documents_with_every_clause() -> None:
    assert dict(Document.objects.values_list("key", "clauses__document__key")).keys() == {
        "zb2020_45",
        "zb2020_43",
        "sd2015_4",
        "sd2020_194",
        "qd2025_5",
    }
    assert Clause.objects.count() == 97
    assert not Clause.objects.filter(summary="").exists()
    assert Reading.objects.count() == 49
    assert ItemClause.objects.count() > Item.objects.count() / 2
    assert District.objects.filter(code="3702XH", maps_to__code="370211").exists()
    assert Industry.objects.filter(scheme="qingdao_10_1").count() == 11


@pytest.mark.django_db
def test_a_second_run_changes_nothing() -> None:
    before = LawRevision.objects.get().token
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = again()
    assert report.total == 0
    assert LawRevision.objects.get().token == before
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


BROKEN: list[tuple[str, Callable[[Any], Any], str]] = [
    (
        "policy/eligibility.yaml",
        lambda data: data["eligibility"].append(dict(data["eligibility"][0])),
        "elig_cons_direction 出现 2 次",
    ),
    (
        "policy/eligibility.yaml",
        lambda data: data["eligibility"][0].update(src=["qd2025_5 备案制度9 s1"]),
        "条款不存在",
    ),
    (
        "policy/eligibility.yaml",
        lambda data: data["eligibility"][0].update(src=["qd2025_5 备案制度1 s7"]),
        "没有第 7 句",
    ),
    ("policy/eligibility.yaml", lambda data: data["eligibility"][0].update(src=["备案制度1"]), "写法应为"),
    (
        "policy/eligibility.yaml",
        lambda data: data["eligibility"][0].update(entity="no_such_kind"),
        "no_such_kind 不存在",
    ),
    (
        "policy/statistics.yaml",
        lambda data: data["statistics"][0].update(collector="dept_nowhere"),
        "dept_nowhere 不存在",
    ),
    (
        "policy/provisions.yaml",
        lambda data: data["provisions"].pop(2),
        "zb2020_45 二(一)",
    ),
    (
        "policy/clauses.yaml",
        lambda data: data["clauses"]["qd2025_5"][0].update(summary=" "),
        "没有内容摘要",
    ),
    (
        "policy/parameters.yaml",
        lambda data: data["parameters"][1]["values"][0].update(value="一项"),
        "与类型 integer 不符",
    ),
    (
        "policy/parameters.yaml",
        lambda data: data["parameters"][1]["values"].append(dict(data["parameters"][1]["values"][0])),
        "时间重叠",
    ),
    (
        "policy/readings.yaml",
        lambda data: data["readings"][4].update(default="whenever"),
        "默认值不在选项之中",
    ),
    ("policy/lists.yaml", lambda data: data["lists"][0].update(place="999999"), "999999 不存在"),
    (
        "policy/documents.yaml",
        lambda data: data["documents"][0].update(place="123456"),
        "适用地区 123456 不存在",
    ),
    ("policy/targets.yaml", lambda data: data["targets"][0].update(kind="wish"), "wish"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "change", "sentence"), BROKEN)
def test_a_broken_fixture_is_refused(copy: Any, file: str, change: Any, sentence: str) -> None:
    if sentence.startswith("zb2020_45 二(一)"):
        # mea_zb45_layout is not the only item on that sentence: take its fellows too
        directory = copy("policy/eligibility.yaml", _without_clause("zb2020_45 二(一)"))
        for name, part in (("subsidies", "subsidies"), ("provisions", "provisions")):
            path = directory / f"policy/{name}.yaml"
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            data[part] = [row for row in data[part] if not _rests_on(row, "zb2020_45 二(一)")]
            path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        sentence = "第 2 句没有任何条目引用"
    else:
        directory = copy(file, change)
    before = ParameterValue.objects.count()
    with pytest.raises(CommandError) as refused:
        call_command("load_policy", fixtures=directory, verbosity=0)
    assert sentence in str(refused.value)
    assert ParameterValue.objects.count() == before


def _rests_on(row: dict[str, Any], clause: str) -> bool:
    return any(src.startswith(clause + " ") for src in row.get("src", ()))


def _without_clause(clause: str) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        data["eligibility"] = [row for row in data["eligibility"] if not _rests_on(row, clause)]

    return change


@pytest.mark.django_db
def test_broken_yaml_and_missing_files_are_named(tmp_path: Path, copy: Any) -> None:
    directory = copy("policy/lists.yaml", lambda data: None)
    (directory / "policy/lists.yaml").write_text("lists: [", encoding="utf-8")
    with pytest.raises(CommandError, match=r"lists\.yaml 不是有效的 YAML"):
        call_command("load_policy", fixtures=directory)
    (directory / "policy/lists.yaml").unlink()
    with pytest.raises(CommandError, match=r"缺少文件 .*lists\.yaml"):
        call_command("load_policy", fixtures=directory)


@pytest.mark.django_db
def test_a_corrected_fixture_is_loaded_and_seen_at_once(copy: Any, frozen: Any) -> None:
    from core import clock

    assert law_on(clock.today(), "370200").value("procedure.notice") == 5

    def seven(data: Any) -> None:
        row = next(row for row in data["parameters"] if row["key"] == "procedure.notice")
        row["values"][0]["value"] = 7
        row["label"] = "公示期（修订）"

    report = again(copy("policy/parameters.yaml", seven))
    assert report.total == 2
    assert law_on(clock.today(), "370200").value("procedure.notice") == 7
    assert Parameter.objects.get(key="procedure.notice").label == "公示期（修订）"
    # The trigger kept what was there before.
    events = ParameterValue.pgh_event_model.objects.filter(pgh_obj__parameter__key="procedure.notice")
    assert [event.value for event in events.order_by("pgh_id")] == [5, 7]
