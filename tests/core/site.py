"""A tiny site of its own: views that refuse, take files and count, behind core's middleware alone."""

from collections.abc import Callable

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from core import files, idempotency
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, Stale
from core.models import NumberSeries
from core.numbering import next_number

MIDDLEWARE = [
    "core.middleware.SecurityHeadersMiddleware",
    "core.middleware.RequestIdMiddleware",
    "tests.core.site.ActorMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.PortalErrorMiddleware",
]


class Person:
    """Enough of a user for an actor."""

    def __init__(self, pk: int) -> None:
        self.pk = pk


class ActorMiddleware:
    """``X-Person: 7`` acts as person 7."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.headers.get("X-Person", "")
        user = Person(int(person)) if person else None
        request.actor = Actor(user=user, request_id=request.request_id)  # type: ignore[attr-defined]
        return self.get_response(request)


REFUSALS = {
    "hidden": NotVisible,
    "forbidden": NotAllowed,
    "now": NotNow,
    "stale": Stale,
    "invalid": Invalid,
}


@csrf_exempt
def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    request.POST.get("x")
    raise REFUSALS[kind](
        [
            Problem("first", "第一条原因<b>。", "name", "《指引》备案制度2"),
            Problem("second", "第二条原因。"),
        ]
    )


def boom(request: HttpRequest) -> HttpResponse:
    secret = "canary-in-locals"
    raise RuntimeError(f"canary-in-message {len(secret)}")


class UploadForm(forms.Form):
    """A text and a file."""

    text = forms.CharField()
    file = forms.FileField()


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(str(form.errors), status=422)
    stored = files.store(
        form.cleaned_data["file"],
        actor=request.actor,
        kind="test.upload",
        field="file",  # type: ignore[attr-defined]
    )
    return HttpResponse(f"{form.cleaned_data['text']} {stored.pk}")


@csrf_exempt
@idempotency.once_per_form
def count(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        number = next_number("count", 2026)
    if request.POST.get("bad"):
        return HttpResponse("again", status=422)
    if request.POST.get("refuse"):
        raise NotNow.one("no", "现在不行。")
    return HttpResponseRedirect(f"/done/{number}/")


def counted() -> int:
    return sum(NumberSeries.objects.values_list("last", flat=True))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


handler400 = "core.http.bad_request"
handler403 = "core.http.permission_denied"
handler404 = "core.http.page_not_found"
handler500 = "core.http.server_error"

urlpatterns = [
    path("refuse/<kind>/", refuse),
    path("api/refuse/<kind>/", refuse),
    path("boom/", boom),
    path("api/boom/", boom),
    path("upload/", upload),
    path("count/", count),
    path("page/", page),
    path("files/", include("core.urls")),
]
