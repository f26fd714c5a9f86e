"""Pages for everybody, and where a signed-in person lands."""

from django.conf import settings
from django.urls import path

from portal.views import desk, exports, public, register

app_name = "portal"

urlpatterns = [
    path("", public.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("desk/offices/", desk.offices, name="offices"),
    path("register/", register.register_list, name="register"),
    path("register/export/<slug:kind>/", exports.register_export, name="register_export"),
    path("register/<str:code>/", register.entity, name="entity"),
    path("notices/", public.notice_list, name="notices"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("verify/", public.verify_form, name="verify_form"),
    path("verify/<str:code>/", public.verify, name="verify"),
    path("statements/", public.statements, name="statements"),
    path("text-size/", public.text_size, name="text_size"),
    path("audit/", desk.audit_log, name="audit_log"),
    path("audit/verify/", desk.audit_verify, name="audit_verify"),
    path("jobs/", desk.job_list, name="jobs"),
    path("jobs/<int:pk>/retry/", desk.job_retry, name="job_retry"),
    path("jobs/mail/<int:pk>/retry/", desk.mail_retry, name="mail_retry"),
]

if settings.DEMO:
    from portal.views import styleguide

    urlpatterns += [path("demo-clock/", desk.demo_clock, name="demo_clock")]
    urlpatterns += [
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("styleguide/<slug:page>/", styleguide.styleguide, name="styleguide_page"),
    ]
