"""Every setting, by environment. config.env reads it; core.checks refuses an unsafe production start."""

import shlex
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("CONSILIUM_ENV", "development")  # production | demo | test | development
DEMO = ENVIRONMENT in {"demo", "test"} or env.flag("DEMO")  # the tests cover the demo's doors too
DEMO_LARGE_SLIDE = env.number("DEMO_LARGE_SLIDE", 30_720)  # pixels a side; making it takes a core for half a minute
DEBUG = env.flag("DEBUG")
VERSION = "0.1.0"
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # former ones: what they encrypted can still be read
SECRET_KEY = env.text("SECRET_KEY", "" if ENVIRONMENT == "production" else "insecure-outside-production")

# Addresses. A demo persona signs in at an origin of their own (asker.localhost), hence the leading dot.
PUBLIC_ORIGIN = env.text("PUBLIC_ORIGIN", "http://localhost:8000")
_origin = urlsplit(PUBLIC_ORIGIN)
SECURE = _origin.scheme == "https"
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", "" if ENVIRONMENT == "production" else "localhost,.localhost,127.0.0.1,testserver"
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_ORIGIN)
if DEMO:
    CSRF_TRUSTED_ORIGINS.append(f"{_origin.scheme}://*.localhost:{_origin.port or 80}")
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

INSTALLED_APPS = [
    "core",
    "core.audit",
    "core.jobs",
    "core.search",
    "core.workflow",
    "core.web",
    "accounts",
    "notifications",
    "cases",
    "cases.basis",
    "cases.objections",
    "cases.exclusions",
    "cases.emergency",
    "slides",
    "consult.reports",
    "consult.requests",
    "consult.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.StaticFiles",
    "django.forms",
]

MIDDLEWARE = [
    "core.web.request_id.RequestIdMiddleware",
    "core.web.headers.ClinicalHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.web.https.HttpsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.web.cross_site.CrossSiteMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.ActorMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.web.refusals.RefusalMiddleware",
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
                "django.template.context_processors.i18n",
                "core.web.context.shell",
                "accounts.context.menu",
                "consult.desk.navigation.context",
                "consult.desk.demo.context.demo",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.web.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "core.web.forms.Renderer"

# Data. `migrate` and its like run as the owner role, everything else as the application's role, which can alter,
# truncate and disable nothing that guards.
OWNER_COMMANDS = {"migrate", "make_simulated", "audit_partitions", "retire_audit"}
_as_owner = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
_database_url = env.text("DATABASE_URL", "postgres://consilium_app@/consilium")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", _database_url)
DATABASES = {"default": dict(environ.Env.db_url_config(DATABASE_OWNER_URL if _as_owner else _database_url))}
DATABASES["default"]["CONN_MAX_AGE"] = env.number("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str | None] = {}

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A Valkey that takes connections and says nothing is away too: pages go on without it after this.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

STORAGE_ROOT = Path(env.text("STORAGE_ROOT", str(BASE_DIR / "var" / "storage")))
SLIDE_ROOT = Path(env.text("SLIDE_ROOT", str(BASE_DIR / "var" / "slides")))
FONT_ROOT = Path(env.text("FONT_ROOT", str(BASE_DIR / "var" / "fonts")))
MAIL_SINK = env.text("MAIL_SINK", "")  # the Maildir of the demo's mail page; '' where mail is really delivered
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STORAGE_ROOT}},
    "staticfiles": {
        "BACKEND": {
            "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            # Two minutes of compression less at the first start; the demo's front compresses as it sends.
            "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        }.get(ENVIRONMENT, "django.contrib.staticfiles.storage.StaticFilesStorage")
    },
}
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
_modules = BASE_DIR / "node_modules"
_vendor = {
    "vendor/bootstrap": _modules / "bootstrap" / "dist" / "css",
    "vendor/bootstrap-icons": _modules / "bootstrap-icons" / "font",
    "vendor/ibm-plex-sans/files": _modules / "@fontsource" / "ibm-plex-sans" / "files",
    "vendor/ibm-plex-mono/files": _modules / "@fontsource" / "ibm-plex-mono" / "files",
    "vendor/openseadragon": _modules / "openseadragon" / "build" / "openseadragon",
}
STATICFILES_DIRS = [BASE_DIR / "static", *((prefix, path) for prefix, path in _vendor.items() if path.is_dir())]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
SLIDE_UPLOAD_MAX_BYTES = env.number("SLIDE_UPLOAD_MAX_MB", 8_000) * 1_000_000

# People. Guardian's backend is replaced: it knows no expiry and no denial (docs/decisions).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.PersonBackend", "cases.access.backend.GrantBackend"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "auth.W004"]  # own backend; e-mail is unique by Lower(email)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.WordsOfTheHouseValidator"},
    {"NAME": "accounts.breached.BreachedPasswordValidator"},
]
BREACHED_PASSWORDS_FILE = env.text("BREACHED_PASSWORDS_FILE", "")
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link in the mail works
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.account_forms.LoginForm",
    "reauthenticate": "accounts.account_forms.ReauthenticateForm",
    "reset_password": "accounts.account_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.account_forms.ResetPasswordKeyForm",
    "change_password": "accounts.account_forms.ChangePasswordForm",
    "set_password": "accounts.account_forms.SetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has proved the address already
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a person hears of a new password
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"

# The second factor. Only the demo, whose people have no telephones, does without: core.checks.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", ENVIRONMENT != "demo")
MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a PIN, a fingerprint or a face: anybody can touch a key
MFA_TOTP_ISSUER = "Consilium"
MFA_TOTP_TOLERANCE = 0  # a code counts for its own 30 s alone, and once; clocks are kept by NTP
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.factor_forms.AddWebAuthnForm",
    "edit_webauthn": "accounts.factor_forms.EditWebAuthnForm",
    "authenticate_webauthn": "accounts.factor_forms.AuthenticateWebAuthnForm",
    "login_webauthn": "accounts.factor_forms.LoginWebAuthnForm",
    "reauthenticate_webauthn": "accounts.factor_forms.ReauthenticateWebAuthnForm",
}

# Single sign-on, by OpenID Connect. Addresses that somebody typed in are asked by core.outgoing alone.
SOCIALACCOUNT_ADAPTER = "accounts.oidc.client.Adapter"
# OUTGOING_NETWORKS are private ones that may be reached all the same: the tests' provider is on this computer.
OUTGOING_NETWORKS = env.networks("OUTGOING_NETWORKS", "127.0.0.0/8,::1/128" if ENVIRONMENT == "test" else "")
OUTGOING_PLAIN_HTTP = DEMO  # and there without a certificate
OUTGOING_CA_FILE = env.text("OUTGOING_CA_FILE", "")  # certificates of the site's own authority, in PEM

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_AGE = 12 * 3600  # seconds from signing in, whatever is done meanwhile
SESSION_IDLE_AFTER = 60 * env.number("SESSION_IDLE_MINUTES", 20)  # seconds without anybody at work
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would hold the words

# The shell
SECURE_HSTS_SECONDS = 63_072_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Languages: six locales from four translations.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", "English"),
    ("nl", "Nederlands"),
    ("nl-be", "Nederlands (België)"),
    ("fr", "Français"),
    ("fr-be", "Français (Belgique)"),
    ("sv", "Svenska"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["core.web.formats"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# Mail
_mail = environ.Env.email_url_config(
    env.text("EMAIL_URL", "consolemail://" if ENVIRONMENT == "development" else "smtp://localhost:25")
)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "Consilium <no-reply@consilium.localhost>")

# Jobs. Measured reasons: docs/decisions. The outbox is the truth, so publishing never blocks a request.
TASK_TIME_LIMIT = 600
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", env.broker(REDIS_URL))
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_TASK_SOFT_TIME_LIMIT = int(0.9 * TASK_TIME_LIMIT)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(1.1 * TASK_TIME_LIMIT),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 3,
}
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env.number("WORKER_SOFT_SHUTDOWN", 30)
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "consilium"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "jobs.tick", "schedule": 5.0, "options": {"expires": 5}},
    "seal": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 60}},
    "watch": {"task": "audit.watch", "schedule": 60.0, "options": {"expires": 60}},
    "access": {"task": "access.check", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget": {"task": "web.forget", "schedule": 3600.0, "options": {"expires": 3600}},
}

# The seals of the record. The key is 32 random bytes in base64; the former ones are public keys.
AUDIT_SIGNING_KEY = env.text(
    "AUDIT_SIGNING_KEY", "" if ENVIRONMENT == "production" else b64encode(sha256(SECRET_KEY.encode()).digest()).decode()
)
AUDIT_FORMER_KEYS = env.words("AUDIT_FORMER_KEYS", "")
AUDIT_ANCHOR_FILE = env.text("AUDIT_ANCHOR_FILE", "")
AUDIT_ANCHOR_COMMAND = shlex.split(env.text("AUDIT_ANCHOR_COMMAND", ""))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.machines.TokenAuthentication",
        "accounts.api.authentication.SessionActorAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.web.api.permissions.IsActor"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.web.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.web.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Consilium",
    "DESCRIPTION": "Telepathology consultation: cases, requests, reports.",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "core.web.logs.RequestIdFilter"},
        "no_message": {"()": "core.web.logs.NoMessageOfException"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "timestamp": True,  # in UTC, with its zone
            "fmt": "%(levelname)s %(name)s %(message)s %(request_id)s",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["request_id", "no_message"],
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "django": {"handlers": [], "propagate": True},
        "fido2": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pyvips": {"level": "WARNING"},
    },
}
