"""Settings: one module, secure by default, every switch read through ``env``."""

from __future__ import annotations

from pathlib import Path

import structlog
from csp.constants import NONCE, SELF

from compliance_portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))

# -- Core ---------------------------------------------------------------------
DEBUG = env.flag("PORTAL_DEBUG", default=False)
# Plain http on loopback only: the demonstration and the tests.
IS_LOCAL = env.flag("PORTAL_LOCAL", default=False)
SECRET_KEY = env.secret_key("PORTAL_SECRET_KEY", VAR_DIR / "secrets" / "secret-key")
SECRET_KEY_FALLBACKS = env.words("PORTAL_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_TRUSTED_ORIGINS")
BASE_URL = env.text("PORTAL_BASE_URL", "http://127.0.0.1:8000")
ROOT_URLCONF = "compliance_portal.urls"
WSGI_APPLICATION = "compliance_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "core",
    "tenancy",
    "audit",
    "evidence",
    "notifications",
    "accounts",
    "engagements",
    "workforce",
    "agreements",
    "training",
    "access_reviews",
    "incidents",
    "questionnaires",
    "assurance",
    "drift",
    "gate",
    "reminders",
    "reports",
    "portal",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *[f"apps.{room}" for room in ROOMS],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.core.middleware.ReadableUrlMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.RequestLogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.tenancy.middleware.ActorMiddleware",
    "apps.tenancy.middleware.PortalErrorMiddleware",
]
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
                "apps.portal.navigation.navigation",
            ],
            "builtins": ["apps.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# -- Engines ------------------------------------------------------------------
# The application role writes data; the owner role changes the schema (migrations).
_application = env.database("DATABASE_URL")
_application |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": True,
}
_owner = env.database("DATABASE_OWNER_URL", env.text("DATABASE_URL"))
# A migration that cannot get its lock gives up; it never queues the whole portal.
_owner["OPTIONS"] = {"options": "-c lock_timeout=10s"} | _owner["OPTIONS"]
DATABASES = {"default": _application, "owner": _owner}
TEST_DATABASE = env.text("PORTAL_TEST_DATABASE", "test_portal")
APPLICATION_ROLE = str(_application["USER"])
REDIS_URL = env.text("REDIS_URL")
# Several portals (or test runs) may share one broker.
BROKER_PREFIX = env.text("PORTAL_BROKER_PREFIX", "portal:")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://").split("?")[0],
        "KEY_PREFIX": BROKER_PREFIX,
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": BROKER_PREFIX,
    # Over twice the longest task, so that a live task is never handed out twice.
    "visibility_timeout": 3600,
    "socket_connect_timeout": 5,
}
# A request does not wait long for a broker that is away: what it would have said is
# in the database, and the sweeps say it.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1500
CELERY_TASK_SOFT_TIME_LIMIT = 1440
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# -- People -------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATORS}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # people come by invitation, which proves the address
)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "apps.accounts.adapter.InvitedOnlyAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Guardian keeps the typed grant rows; whether one holds today is asked by
# ``engagements`` itself, so its undated authentication backend stays out.
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation proves the address
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# -- Sessions and the browser -------------------------------------------------
# How many proxies of ours stand in front. Each appends whom it heard from to
# X-Forwarded-For and says in X-Forwarded-Proto whether it was spoken to over TLS.
PROXIES = env.number("PORTAL_PROXIES", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SESSION_IDLE_SECONDS = env.number("PORTAL_IDLE_SECONDS", default=900, at_least=60)
SESSION_COOKIE_AGE = 12 * 3600  # absolute limit
SESSION_COOKIE_NAME = "portal_session" if IS_LOCAL else "__Host-portal_session"
CSRF_COOKIE_NAME = "portal_csrf" if IS_LOCAL else "__Host-portal_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Files --------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.text("PORTAL_FILES_DIR", str(VAR_DIR / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = IS_LOCAL
if IS_LOCAL:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected there
UPLOAD_MAX_BYTES = env.number("PORTAL_UPLOAD_MAX_BYTES", default=25 * 1024 * 1024)
# What an organization may keep; 0 for no limit. Our own default, 20 GB.
ORGANIZATION_MAX_BYTES = env.number(
    "PORTAL_ORGANIZATION_MAX_BYTES", default=20 * 1024**3
)
# Wraps the keys of stored files; older ones go on opening what they wrapped.
FILES_KEYS = [
    env.secret_key("PORTAL_FILES_KEY", VAR_DIR / "secrets" / "files-key"),
    *env.words("PORTAL_FILES_KEY_FALLBACKS"),
]
# ClamAV's daemon: unix:/run/clamav/clamd.ctl or host:port; empty for none.
CLAMD = env.text("PORTAL_CLAMD", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- Mail ---------------------------------------------------------------------
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}[env.one_of("PORTAL_MAIL", {"smtp", "file", "console"}, "smtp")]
EMAIL_FILE_PATH = env.text("PORTAL_MAIL_DIR", str(VAR_DIR / "mails"))
EMAIL_HOST = env.text("PORTAL_MAIL_HOST", "localhost")
EMAIL_PORT = env.number("PORTAL_MAIL_PORT", default=25, at_least=1)
EMAIL_HOST_USER = env.text("PORTAL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("PORTAL_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("PORTAL_MAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text(
    "PORTAL_MAIL_FROM", "Compliance Portal <portal@localhost>"
)

# -- Trail --------------------------------------------------------------------
# Keys of the audit trail are never the secret key.
AUDIT_WRITER_KEY = env.secret_key(
    "PORTAL_AUDIT_WRITER_KEY", VAR_DIR / "secrets" / "audit-writer-key"
)
AUDIT_DETAIL_KEY = env.secret_key(
    "PORTAL_AUDIT_DETAIL_KEY", VAR_DIR / "secrets" / "audit-detail-key"
)

# -- API ----------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.tenancy.api.access.ActorSessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.tenancy.api.access.RequiresActor"],
    "DEFAULT_PARSER_CLASSES": [
        "apps.tenancy.api.parsing.PlainJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "apps.tenancy.api.paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.tenancy.api.errors.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Compliance Portal API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        "OrganizationKindEnum": "apps.tenancy.enums.OrganizationKind",
        "RoleEnum": "apps.tenancy.enums.Role",
        "AgentRoleEnum": "apps.workforce.enums.AgentRole",
        "VersionKindEnum": "apps.agreements.enums.VersionKind",
    },
}

# -- Language, time, logs -----------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Tracebacks without the values of variables: those may be anybody's data.
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
# Addresses of people stand in the trail, encrypted, and nowhere else.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["stream"],
        "level": env.one_of(
            "PORTAL_LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "WARNING"
        ),
    },
    "loggers": {
        # Both write the whole path, where a link's secret may stand; the log of
        # requests says the same without it.
        "django.request": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "CRITICAL"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # The second copy of the trail; on a laptop it would only be noise.
        "audit": {"level": "WARNING" if IS_LOCAL else "INFO"},
    },
}
