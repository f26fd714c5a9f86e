"""`python -m tools.pictures`: the main screens as PNG files in docs/pictures/, from fresh demo data.

Starts a throw-away PostgreSQL and Valkey, loads the demonstration, serves it and walks through it with
Chromium. Needs the packages of `./run test`; papers also need pdftoppm (poppler-utils).
The variable PICTURES names another folder to put them in.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("PICTURES", ROOT / "docs" / "pictures"))
PASSWORD = "Lianchuang-2026-demo"  # noqa: S105 - published in README
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
NEW = "青岛市海洋智能装备创新联合体"
COLOURS = 160
MOST_BYTES = 200_000
START_SECONDS = 60.0


def main() -> int:
    """Take every picture; names on the command line choose some."""
    if "DATABASE_URL" not in os.environ:
        command = [sys.executable, "-m", "core.embedded", "exec", "--test", "--"]
        return subprocess.call([*command, sys.executable, "-m", "tools.pictures", *sys.argv[1:]], cwd=ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with tempfile.TemporaryDirectory(prefix="lianchuang-pictures-") as media, _free_port() as port:
        os.environ["MEDIA_ROOT"] = media
        os.environ["SITE_URL"] = "http://127.0.0.1:8000"
        prepare()
        with served(port), browser() as chromium:
            FOLDER.mkdir(parents=True, exist_ok=True)
            Camera(chromium, f"http://127.0.0.1:{port}", set(sys.argv[1:])).take_all()
    return 0


@contextlib.contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield port


def prepare() -> None:
    """Law, people, filings and their papers."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_policy", verbosity=0)
    call_command("load_demo", verbosity=0)
    from core import jobs

    begin_draft()
    jobs.run_pending()


def begin_draft() -> None:
    """A draft of `applicant` that is half done, so that the task list shows every standing."""
    from accounts.actors import actor_for
    from accounts.models import User
    from filings.services import drafting, participation

    full = filing("draft", title__contains="数字孪生")
    me = actor_for(User.objects.get(username="applicant"))
    made = drafting.start(actor=me, programme="consortium")
    basic = {**full.content["basic"], "name": NEW}
    parts = {"basic": basic, "lead": full.content["lead"], "tasks": {"self_funds": "21000000.00"}}
    for section, values in parts.items():
        drafting.save_section(actor=me, filing=made, section=section, data=values, strict=True)
    fill_member(full)
    for place in full.participants.exclude(role="lead").select_related("organisation")[:3]:
        code = place.organisation.credit_code
        participation.invite(actor=me, filing=made, code=code, role=place.role)


def fill_member(draft: Any) -> None:
    """The first unit that has not confirmed yet has written its own section and may confirm."""
    from accounts.actors import actor_for
    from accounts.models import User
    from filings.services import drafting

    written = draft.participants.filter(standing="confirmed").exclude(role="lead").first()
    place = waiting_member(draft)
    drafting.save_section(
        actor=actor_for(User.objects.get(username=admin_of(place.organisation)), place.organisation),
        filing=draft,
        section="member",
        data=written.content["member"],
        strict=True,
    )


def waiting_member(draft: Any) -> Any:
    """Its first member that has not confirmed."""
    waiting = draft.participants.filter(standing="invited").exclude(role="lead")
    return waiting.select_related("organisation").order_by("pk").first()


@contextlib.contextmanager
def served(port: int) -> Iterator[None]:
    """The portal on the loopback interface."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    web = subprocess.Popen([*command, "--threads", "4", "--log-level", "warning"], cwd=ROOT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(f"http://127.0.0.1:{port}/healthz"):
            if web.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the portal did not start")
            time.sleep(0.2)
        yield
    finally:
        web.terminate()
        web.wait()


def _answers(address: str) -> bool:
    with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310
        return True
    return False


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
    arguments = ["--disable-dev-shm-usage", "--no-proxy-server", "--force-color-profile=srgb", "--lang=zh-CN"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program,
            args=arguments,
            env={**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},
        )
        yield started
        started.close()


class Camera:
    """Opens pages as the people of the demonstration and keeps what is seen."""

    def __init__(self, chromium: Any, site: str, only: set[str]) -> None:
        self.chromium, self.site, self.only = chromium, site, only
        self.pages: dict[str, Any] = {}

    def page(self, user: str) -> Any:
        """A window of this person; the empty name is a stranger, ``name@office`` acts for one of several offices."""
        if user not in self.pages:
            name, _at, office = user.partition("@")
            context = self.chromium.new_context(
                base_url=self.site, viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            self.pages[user] = page = context.new_page()
            if user:
                page.goto("/accounts/login/")
                page.fill("[name=login]", name)
                page.fill("[name=password]", PASSWORD)
                with page.expect_navigation():
                    page.press("[name=password]", "Enter")
            if office:
                page.goto("/desk/offices/")
                with page.expect_navigation():
                    page.locator("main li", has_text=office).get_by_role("button").click()
        return self.pages[user]

    def take(self, name: str, user: str, url: str, *, size: Any = None, act: Any = None) -> None:
        """One picture of the first screenful; `act(page)` may open or scroll something first."""
        if self.only and name not in self.only:
            return
        page = self.page(user)
        page.set_viewport_size(size or DESK)
        answer = page.goto(url)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{name}: {url} answered {answer and answer.status}\n{page.inner_text('main')}")
        if act:
            act(page)
        page.evaluate(CHINESE_DATES)
        page.mouse.move(0, 0)
        save(name, page.screenshot(animations="disabled", caret="hide"))

    def take_all(self) -> None:
        take_public(self)
        take_unit(self)
        take_office(self)
        take_years(self)
        take_support(self)
        take_registers(self)
        take_evaluation(self)
        for name, find in PAPERS.items():
            if not self.only or name in self.only:
                take_paper(name, find())


# The headless browser knows English only; a Chinese one shows the dates of its own fields like this.
CHINESE_DATES = """() => document.querySelectorAll('input[type=date]').forEach(field => {
    const value = field.value.replaceAll('-', '/');
    field.type = 'text';
    field.value = value || '年 / 月 / 日';
})"""


def save(name: str, picture: bytes) -> None:
    """As PNG with a palette: flat surfaces and text lose nothing by it."""
    from PIL import Image

    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    file = FOLDER / f"{name}.png"
    small.save(file, optimize=True)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{name}.png has {size} bytes")
    print(f"{name}.png {size // 1000} kB")


def filing(state: str, **wanted: Any) -> Any:
    """The last consortium in a state: the walk is that of a consortium, in the city that files them."""
    from filings.models import Filing

    return Filing.objects.filter(programme="consortium", state=state, **wanted).order_by("pk").last()


def entity(kind: str, name: str) -> Any:
    from filings.models import Entity

    return Entity.objects.get(kind=kind, name=name)


def at(name: str, *args: Any) -> str:
    from django.urls import reverse

    return reverse(name, args=args)


def admin_of(unit: Any) -> str:
    from accounts.models import Membership

    found = Membership.objects.filter(organisation=unit, role="unit_admin").select_related("user")
    return str(found.earliest("pk").user.username)


def take_public(camera: Camera) -> None:
    """What anybody sees."""
    from filings.models import Entity

    # one with an exception that was granted, which the public may read
    shown = Entity.objects.get(name__contains="数控机床")
    paper = shown.certificates.latest("pk").document
    notice = filing("on_notice").notices.latest("pk")
    camera.take("home", "", "/")
    camera.take("register", "", at("portal:register"))
    camera.take("entity", "", at("portal:entity", shown.code))
    camera.take("notice", "", at("portal:notice", notice.pk))
    camera.take("verify", "", at("portal:verify", paper.verification_code))
    camera.take("policy", "", at("policy:document", "qd2025_5"))
    camera.take("clause", "", at("policy:clause", "qd2025_5", CLAUSE))


CLAUSE = "建设方向1"


def take_unit(camera: Camera) -> None:
    """The lead and one of its members."""
    draft = filing("draft", title__contains="数字孪生")
    begun = filing("draft", title=NEW)
    lead = admin_of(draft.applicant)
    waiting = waiting_member(draft)
    member = admin_of(waiting.organisation)
    camera.take("call", "applicant", at("filings:programme", "consortium"))
    camera.take("tasks", "applicant", at("filings:tasks", begun.pk))
    camera.take("section", lead, at("filings:section", draft.pk, "tasks"))
    camera.take("members", lead, at("filings:members", draft.pk))
    camera.take("check", lead, at("filings:check", draft.pk))
    camera.take("confirm", member, at("filings:confirm", draft.pk))
    camera.take("tasks-phone", "applicant", at("filings:tasks", begun.pk), size=PHONE)


def take_office(camera: Camera) -> None:
    """Officer and director."""
    examined, reviewed = filing("in_examination"), filing("reviewed")
    camera.take("worklist", "officer", at("filings:worklist"))
    camera.take("case", "officer", at("filings:desk_case", examined.pk))
    camera.take("examination", "officer", at("filings:desk_examination", examined.pk))
    camera.take("review", "officer", at("filings:desk_board", reviewed.pk))
    camera.take("decision", "director", at("filings:desk_act", filing("proposed").pk, "confirm"))


def take_years(camera: Camera) -> None:
    """What becomes of consortia after they were filed, to the office and to a unit that is being heard."""
    from filings.models import Cancellation, Entity

    hearing = Cancellation.objects.get(state="hearing")
    red = Entity.objects.get(lamp="red")
    camera.take("entity-inside", "officer", at("filings:entity", red.code))
    camera.take("duties", "officer", at("duties:month") + "?whose=all", act=to_month)
    camera.take("cancellation", admin_of(hearing.entity.lead), at("filings:cancellation", hearing.pk))


def take_registers(camera: Camera) -> None:
    """The other kinds on the register: what an alliance's members spend, a cluster, its projects and figures, platforms."""
    from clusters.models import ClusterReturn

    alliance = entity("industry_alliance", "淄博市集成电路产业技术创新战略联盟")
    cluster = entity("strategic_emerging_cluster", "济南市信息技术服务产业集群")
    zibo = f"officer@{alliance.authority.name}"
    rows = ClusterReturn.objects.filter(entity=cluster).order_by("period__starts_on")
    camera.take("intensity", zibo, at("alliances:intensity", alliance.code))
    camera.take("cluster", "provdrc", at("clusters:cluster", cluster.code))
    camera.take("projects", "provdrc", at("clusters:projects", cluster.code) + "?view=board")
    camera.take("statistics", "provdrc", at("clusters:return", rows.last().pk))
    camera.take("platforms", zibo, at("platforms:overview"))
    camera.take("register-phone", "", at("portal:register"), size=PHONE)


def take_support(camera: Camera) -> None:
    """What a unit fits, with the amount and the clause."""
    camera.take("support", "zbhost", at("subsidies:matches"))


def take_evaluation(camera: Camera) -> None:
    """A round whose result is confirmed: its ranking and the figures of one of its entities."""
    from evaluation.models import Round

    done = Round.objects.filter(state="confirmed").order_by("-run__entities").first()
    if done is None:
        raise SystemExit("the demonstration has no finished round")
    office = f"officer@{done.authority.name}"
    camera.take("round", office, at("evaluation:round", done.code))
    camera.take("results", office, at("evaluation:results", done.code))


def to_month(page: Any) -> None:
    """The filters scrolled away, so that the month itself is seen."""
    page.locator(".month-nav").evaluate("found => found.scrollIntoView()")


def issued(kind: str) -> Any:
    """The bytes of the last paper of a kind."""
    from filings.models import IssuedDocument

    # the certificate of a change covers the rest of a term: one for a whole term shows more
    return IssuedDocument.objects.filter(kind=kind).exclude(filing__action="change").latest("pk").stored


def best_report() -> Any:
    """The report of the entity that came first where most took part."""
    from evaluation.models import Report

    rows = Report.objects.filter(entity__isnull=False, stored__isnull=False, superseded_by=None)
    return rows.order_by("-run__entities", "pk").select_related("stored")[0].stored


PAPERS: dict[str, Callable[[], Any]] = {
    "certificate": lambda: issued("certificate"),
    "letter": lambda: issued("hearing"),
    "report": best_report,
}


def take_paper(name: str, stored: Any) -> None:
    """The first page of a paper, as it is printed."""
    from core import files

    program = shutil.which("pdftoppm")
    if program is None:
        raise SystemExit("pdftoppm is missing: apt-get install poppler-utils")
    command = [program, "-png", "-r", "90", "-f", "1", "-l", "1", "-"]
    made = subprocess.run(command, input=files.read_checked(stored), capture_output=True, check=True)
    save(name, made.stdout)


if __name__ == "__main__":
    sys.exit(main())
