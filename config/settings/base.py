"""What demo, test and production share. Every value an operator sets comes from the environment."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from accounts import schedule as accounts_schedule
from clusters import schedule as clusters_schedule
from config.settings.accounts import *  # noqa: F403
from config.settings.servers import broker_address, cache_address, database
from core import schedule as core_schedule
from evaluation import schedule as evaluation_schedule
from filings import schedule as filings_schedule

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SIGNING_KEY_FILE = env.str("SIGNING_KEY_FILE", default="")
SIGNING_KEY_PASSWORD = env.str("SIGNING_KEY_PASSWORD", default="")
# Only the demo and the tests may move the clock or show demo accounts.
DEMO = False
CLOCK_MAY_MOVE = False
# How long a process may trust a cached row outside a request (see core.cached).
CACHED_ROW_SECONDS = 1.0

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "rules",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_celery_beat",
    "django_htmx",
    "heroicons",
    "csp",
    "core",
    "accounts",
    "policy",
    "filings",
    "alliances",
    "clusters",
    "platforms",
    "subsidies",
    "evaluation",
    "portal",
]

MIDDLEWARE = [
    # Outermost, so that redirects, static files and refusals carry number and headers too.
    "core.middleware.SecurityHeadersMiddleware",
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.ActorMiddleware",
    "accounts.middleware.AccessMiddleware",
    "core.middleware.PortalErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context.acting",
                "portal.context.navigation",
            ],
        },
    },
]

# The default points nowhere, so that commands which need no database can still be imported.
DATABASE_URL = env.str("DATABASE_URL", default="") or "postgres://portal@/portal?host=/nonexistent"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="") or "unix:///nonexistent/valkey.sock"
REDIS_DATABASE = env.int("REDIS_DATABASE", default=0)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": cache_address(REDIS_URL, REDIS_DATABASE + 1),
        "KEY_PREFIX": "lianchuang",
    }
}

# Sessions live in Redis: a row per request in the database would cost every page a write.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Lost workers: `visibility_timeout` must exceed the time limit, or a long task is started again
# while it still runs; the restore settings bring a lost message back within seconds.
CELERY_BROKER_URL = broker_address(REDIS_URL, REDIS_DATABASE)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    **core_schedule.BEAT_SCHEDULE,
    **accounts_schedule.BEAT_SCHEDULE,
    **filings_schedule.BEAT_SCHEDULE,
    **evaluation_schedule.BEAT_SCHEDULE,
    **clusters_schedule.BEAT_SCHEDULE,
}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
# Codes and amounts are shown by our own filters; localised numbers cost milliseconds a page.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
# One file of an applicant; what is larger is counted and dropped while it arrives (core.uploads).
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=20 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "core.uploads.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A server that does not answer must not hold a worker.
EMAIL_TIMEOUT = 10
OUTBOX_KEEP_DAYS = 90
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

# Proxies of our own in front; only so many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Heads of the audit chain are appended here every hour, for shipping to another host.
AUDIT_ANCHOR_FILE = env.str("AUDIT_ANCHOR_FILE", default="")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "config.api.Page",
    "PAGE_SIZE": 25,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem_details",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Token",
    "TOKEN_TTL": None,
    "TOKEN_LIMIT_PER_USER": None,
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("联创门户接口"),
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    # several kinds of thing have a `state`
    "ENUM_NAME_OVERRIDES": {
        "FilingState": "filings.enums.State",
        "ProblemState": "filings.enums.ProblemState",
        "OfferKind": "platforms.enums.OfferKind",
        "ConditionStage": "filings.enums.Stage",
        "VisitKind": "filings.enums.VisitKind",
        "DutyKind": "filings.enums.DutyKind",
        "LoadStage": "filings.models.load.LoadStage",
        "AllianceRecordKind": "alliances.enums.RecordKind",
        "ChainGapKind": "alliances.enums.GapKind",
        "ProjectKind": "clusters.enums.ProjectKind",
        "ProjectStage": "clusters.enums.ProjectStage",
        "FirmRole": "clusters.enums.FirmRole",
        "SupportRequestKind": "clusters.enums.RequestKind",
        "SupportRequestState": "clusters.enums.RequestState",
        "ReturnState": "clusters.enums_statistics.ReturnState",
        "SchemeStanding": "evaluation.enums.SchemeState",
        "MeasureKind": "subsidies.enums.Kind",
        "QuoteStatus": "subsidies.enums.Status",
        "MeasureTopic": "subsidies.enums.Topic",
        "FactNeed": "subsidies.enums.Need",
        "PaymentState": "subsidies.enums_money.PaymentState",
        "PaymentBatchState": "subsidies.enums_money.BatchState",
        "ClawBackState": "subsidies.enums_money.ClawBackState",
        "PaymentOutcome": "subsidies.enums_money.Outcome",
        "RoundState": "evaluation.enums.RoundState",
        "ResultCorrectionState": "evaluation.enums.CorrectionState",
        "RoundMarkKind": "evaluation.enums.MarkKind",
    },
}

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.logs.RequestIdFilter"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["request_id"]}
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Refused requests are in the audit log; here they would only be noise.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
