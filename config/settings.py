"""All settings, read from the environment (`.env.example` names each variable)."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.clock import SCHEDULE
from config.env import database, env, env_bool, env_int, env_list, file_store, required

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR") or BASE_DIR / "var")
DEBUG = env_bool("DEBUG")


def _development_secret() -> str:
    """A key of this checkout alone, made at its first start."""
    file = VAR_DIR / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


# The site
SECRET_KEY = env("SECRET_KEY") or (
    _development_secret()
    if DEBUG
    else required("SECRET_KEY", "50 random characters that sign sessions and links")
)
# Encrypts what is secret at rest (ticket signing keys). Kept apart, so that the session key may change.
ENCRYPTION_KEY = env("ENCRYPTION_KEY") or (
    SECRET_KEY
    if DEBUG
    else required("ENCRYPTION_KEY", "50 random characters that encrypt keys at rest")
)
SITE_URL = (
    env("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "")
    or required("SITE_URL", "the public address, such as https://example.org")
).rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured("SITE_URL must start with https:// (or http:// for development).")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or [urlsplit(SITE_URL).hostname or ""]
if DEBUG:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PROXY_HOPS = env_int("PROXY_HOPS", 0)
if PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Payments: a real gateway by its keys, else the sandbox
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env_list("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE = env("STRIPE_API_BASE")
SANDBOX_PAYMENTS = env_bool("SANDBOX_PAYMENTS", DEBUG and not STRIPE_SECRET_KEY)
SANDBOX_WEBHOOK_URL = f"{SITE_URL}/webhooks/stripe/"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"
if SANDBOX_PAYMENTS:
    STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_sandbox_key"
    STRIPE_WEBHOOK_SECRETS = [*STRIPE_WEBHOOK_SECRETS, SANDBOX_WEBHOOK_SECRET]
    STRIPE_API_BASE = STRIPE_API_BASE or f"{SITE_URL}/sandbox/stripe"
if STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRETS:
    raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRETS is missing: STRIPE_SECRET_KEY needs one.")

INSTALLED_APPS = [
    "modeltranslation",  # before the admin
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the pages of allauth.mfa speak through it
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "core",
    "accounts",
    "ledger",
    "community",
    "events",
    "orders",
    "ticketing",
    "courses",
    "checkout",
    "incentives",
    "api",
    *(["sandbox"] if SANDBOX_PAYMENTS else []),
]

# Sign-in providers exist only where their keys do: without keys allauth answers 500
SOCIALACCOUNT_PROVIDERS = {}
for provider, prefix in (("github", "GITHUB"), ("weixin", "WECHAT")):
    if client_id := env(f"{prefix}_CLIENT_ID"):
        secret = required(f"{prefix}_CLIENT_SECRET", f"it belongs to {prefix}_CLIENT_ID")
        SOCIALACCOUNT_PROVIDERS[provider] = {"APPS": [{"client_id": client_id, "secret": secret}]}
        INSTALLED_APPS.append(f"allauth.socialaccount.providers.{provider}")

MIDDLEWARE = [
    "core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "core.forms.HouseRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
        },
    }
]

# Stores
DATABASES = {"default": database("DATABASE_URL", VAR_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
MEDIA_ROOT, MEDIA_URL = VAR_DIR / "media", "/media/"
STATIC_ROOT, STATIC_URL = Path(env("STATIC_DIR") or VAR_DIR / "static"), "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
# Files of courses: never below MEDIA_ROOT, since each asks who may see it
UPLOADS_DIR = VAR_DIR / "uploads"  # what is still coming in; shared by all web processes
FILES_ACCEL_PREFIX = env("FILES_ACCEL_PREFIX")
FILE_MAX_BYTES = env_int("FILE_MAX_MB", 2048) * 1024 * 1024
WORK_FILE_MAX_BYTES = env_int("WORK_FILE_MAX_MB", 100) * 1024 * 1024  # one that is handed in
CHAPTER_FILES_MAX_BYTES = env_int("CHAPTER_FILES_MAX_GB", 50) * 1024**3
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": file_store("FILES_BUCKET", VAR_DIR / "files"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.ManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
IMAGE_UPLOAD_MAX_BYTES = 10 * 1024 * 1024

# Tasks: in-process after commit, unless a broker is named
BROKER_DIR = env("BROKER_DIR")
CELERY_BROKER_URL = REDIS_URL or ("filesystem://localhost" if BROKER_DIR else "memory://")
CELERY_TASK_ALWAYS_EAGER = not (REDIS_URL or BROKER_DIR)
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if BROKER_DIR and not REDIS_URL:
    _queue = Path(BROKER_DIR) / "queue"
    _queue.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(Path(BROKER_DIR) / "control"),
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
CELERY_BEAT_SCHEDULE = SCHEDULE

# Mail
MAILBOX_DIR = VAR_DIR / "mailbox"
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "ChainONE <tickets@example.com>" if DEBUG else "")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif SANDBOX_PAYMENTS:
    EMAIL_BACKEND = "sandbox.mail.MailboxBackend"
else:
    required("EMAIL_HOST", "tickets are sent by mail; name the SMTP server")
if not DEFAULT_FROM_EMAIL:
    required(
        "DEFAULT_FROM_EMAIL", "the sender of every mail, such as Tickets <tickets@example.org>"
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_REDIRECT_URL = "/my/tickets/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MfaReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "ChainONE"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_VERBOSE = False  # its log lines carry addresses
AXES_SENSITIVE_PARAMETERS = ["username", "login", "email", "ip_address"]
AXES_IPWARE_PROXY_COUNT = PROXY_HOPS or None
AXES_RESET_ON_SUCCESS = True

# Languages, time
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
MODELTRANSLATION_DEFAULT_LANGUAGE = "zh-hans"
MODELTRANSLATION_LANGUAGES = ("zh-hans", "en")
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("zh-hans", "en"), "en": ("zh-hans",)}
FORMAT_MODULE_PATH = "core.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

# Safety of pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *env_list("FILES_ORIGIN")],
        "media-src": [SELF, *env_list("FILES_ORIGIN")],
        "object-src": [NONE],
        "base-uri": [SELF],
        # a form's redirect counts too: paying leaves for the gateway's page
        "form-action": [SELF, "https://checkout.stripe.com"],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # secret links must not leave in a Referer
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # unique by a constraint that ignores case
    "models.W040",  # SQLite leaves the added columns of an index out, and is right all the same
]

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "api.pagination.Pages",
    "EXCEPTION_HANDLER": "api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "PAGE_SIZE": 50,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_RATES": {
        "anonymous": "120/min",
        "anonymous_orders": "30/hour",
        "token": "600/min",
        "device": "1200/min",
        "pairing": "30/min",
    },
    "NUM_PROXIES": PROXY_HOPS,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ChainONE API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PATH_CONVERTER_OVERRIDES": {"slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}},
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "AttendanceMode": "events.models.AttendanceMode",
        "EventStatus": "events.models.EventStatus",
        "SpokenLanguage": "events.models.SpokenLanguage",
        "OrderStatus": "orders.models.OrderStatus",
        "CourseStatus": "courses.models.CourseStatus",
        "CourseLevel": "courses.models.CourseLevel",
        "EnrollmentStatus": "courses.models.EnrollmentStatus",
        "TicketStatus": "ticketing.models.TicketStatus",
        "SaleState": "api.serializers.ticketing.SaleState",
        "When": "api.serializers.events.When",
        "Language": "django.conf.settings.LANGUAGES",
        "PaidBy": "api.serializers.checkout.BY_HAND",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.Formatter", "pretty": DEBUG}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        # they write full paths, and a path may hold an order's secret
        "django.server": {"level": "ERROR"},
        "django.request": {"level": "CRITICAL"},
    },
}
