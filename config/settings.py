"""One settings module: a bare checkout runs with embedded defaults, a deployment names its parts in the environment.

docs/operations.md lists every variable. Anything that must not be used in a deployment is refused by config/checks.py.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import devkeys, env, folders

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that is written at run time lives below VAR_DIR: database, keys, media, outbox, broker, logs.
VAR_DIR = folders.private(Path(env.text("HALLMARK_VAR", str(BASE_DIR / "var" / "dev"))).resolve())
KEY_DIR = VAR_DIR / "keys"

# DEPLOYED turns the deployment checks from advice into errors; see config/checks.py.
DEPLOYED = env.flag("HALLMARK_DEPLOYED")
DEBUG = env.flag("DJANGO_DEBUG")
SECRET_KEY_IS_DEFAULT = not env.text("SECRET_KEY")
SECRET_KEY = env.text("SECRET_KEY") or devkeys.load_or_create(KEY_DIR, "django-secret")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", () if DEPLOYED else ("localhost", "127.0.0.1", "[::1]", "testserver"))
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
BASE_URL = env.text("BASE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "config.apps.ConfigConfig",
    "compliance.audit",
    "compliance.switches",
    "accounts.people",
    "accounts.identity",
    "media_jobs.jobs",
    "media_jobs.uploads",
    "media_jobs.engines",
    "compliance.consent",
    "compliance.register",
    "compliance.review",
    "media_jobs.pipeline",
    "compliance.regulator",
    "media_jobs.verify",
    "media_jobs.handover",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.PrivateAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.context.provider",
            ],
            "builtins": ["config.templatetags.hallmark"],
        },
    },
]


# --- database ---
def _database(url: str) -> dict[str, Any]:
    """Return Django's database settings for postgres://user:password@host:port/name (host may be a %2F socket path)."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "hallmark.sqlite3",
            # Deferred transactions and the default journal gave "database is locked" under load (docs/adr/0003).
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                    "PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.text("CACHE_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
CACHES["default"]["KEY_FUNCTION"] = "accounts.people.cachekeys.blinded"  # keys hold hashes of phone numbers

# --- broker: a doorbell only; the job row is the queue ---
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "hallmark"
# A broker that is down must not hold up the request that rings it (7 s with the client's own retries).
BROKER_FAILS_FAST: dict[str, Any] = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
if CELERY_BROKER_URL.startswith("filesystem"):
    _spool = VAR_DIR / "broker"
    for _folder in ("queue", "control"):
        (_spool / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_spool / "queue"),
        "data_folder_out": str(_spool / "queue"),
        "control_folder": str(_spool / "control"),
        "polling_interval": 0.05,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, **BROKER_FAILS_FAST}

# --- people ---
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.people.entry.adapter.HallmarkAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.people.entry.forms.LoginForm",
    "signup": "accounts.people.entry.forms.SignupForm",
    "confirm_login_code": "accounts.people.entry.forms.ConfirmLoginCodeForm",
    "verify_phone": "accounts.people.entry.forms.VerifyPhoneForm",
    "confirm_email_verification_code": "accounts.people.entry.forms.ConfirmEmailForm",
    "change_phone": "accounts.people.entry.forms.ChangePhoneForm",
    "add_email": "accounts.people.entry.forms.AddEmailForm",
}
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone"]  # the form asks for one of the two; allauth's check wants one required
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address per account; a new one replaces it once it is proven
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
# Messages that one network address may cause in a minute. allauth's own limit for sign-ups is 3, too few for an office
# behind one address or for the demonstration, which plays everybody from 127.0.0.1. It can be raised, not switched off.
MESSAGES_PER_ADDRESS = max(env.number("MESSAGES_PER_ADDRESS", 20), 1)
ACCOUNT_RATE_LIMITS = {
    "signup": f"{MESSAGES_PER_ADDRESS}/m/ip",
    "login": f"{MESSAGES_PER_ADDRESS * 2}/m/ip",
    "request_login_code": f"{MESSAGES_PER_ADDRESS}/m/ip,3/m/key,20/h/key",
    "verify_phone": f"1/30s/key,10/h/key,{MESSAGES_PER_ADDRESS}/m/ip",
    "confirm_email": f"1/30s/key,10/h/key,{MESSAGES_PER_ADDRESS}/m/ip",
    "change_phone": "3/m/user",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# allauth keeps number, address and code in the session; notices may name them too. Both are sealed (docs/adr/0004).
SESSION_SERIALIZER = "accounts.people.sessions.VaultSessionSerializer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = DEPLOYED
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- the vault and the log's keys ---
# VAULT_KEYS: "id:hex64,id:hex64", the first one encrypts, all decrypt. VAULT_INDEX_KEY: hex64, the blind index.
VAULT_KEYS_ARE_DEFAULT = not (env.text("VAULT_KEYS") and env.text("VAULT_INDEX_KEY"))
VAULT_KEYS = env.text("VAULT_KEYS") or f"dev1:{devkeys.load_or_create(KEY_DIR, 'vault-key')}"
VAULT_INDEX_KEY = env.text("VAULT_INDEX_KEY") or devkeys.load_or_create(KEY_DIR, "vault-index")
AUDIT_KEYS_ARE_DEFAULT = not (env.text("AUDIT_SIGNING_KEY") and env.text("AUDIT_SALT_KEY"))
AUDIT_SALT_KEY = env.text("AUDIT_SALT_KEY") or devkeys.load_or_create(KEY_DIR, "audit-salt")
# Ed25519 seed, hex, 32 bytes.
AUDIT_SIGNING_KEY = env.text("AUDIT_SIGNING_KEY") or devkeys.load_or_create(KEY_DIR, "audit-signing")
# C2SP origin: a schemeless URL, no space, no '+'.
AUDIT_ORIGIN = env.text("AUDIT_ORIGIN", "hallmark.localhost/log")
# The last signed (size, root) lives outside the database: a restored backup must not fork the log.
AUDIT_GUARD_FILE = Path(env.text("AUDIT_GUARD_FILE", str(VAR_DIR / "audit-last-signed.json")))
# An event that waits longer in the outbox is a finding of audit_fsck: no sequencer runs.
AUDIT_OUTBOX_PATIENCE_SECONDS = env.number("AUDIT_OUTBOX_PATIENCE_SECONDS", 300)

# --- what signs the released files (docs/signatures.md) ---
# P-256: 64 hex digits or a PEM. Or a factory "package.module:function" that returns a Signer (KMS, HSM).
LABEL_SIGNER = env.text("LABEL_SIGNER")
LABEL_SIGNING_KEY_IS_DEFAULT = not (env.text("LABEL_SIGNING_KEY") or LABEL_SIGNER)
LABEL_SIGNING_KEY = env.text("LABEL_SIGNING_KEY") or (
    "" if LABEL_SIGNER else devkeys.load_or_create(KEY_DIR, "label-signing")
)
# Since when that key signs (ISO 8601), and the entries of former keys as /.well-known/aigc-keys.json shows them (JSON).
LABEL_SIGNING_SINCE = env.text("LABEL_SIGNING_SINCE")
LABEL_FORMER_KEYS = env.text("LABEL_FORMER_KEYS")
# C2PA: a certificate chain (PEM, leaf first) and the leaf's key, or a factory as above. Development: made on first use.
C2PA_SIGNER = env.text("C2PA_SIGNER")
C2PA_KEY = env.text("C2PA_KEY")
C2PA_CHAIN = env.text("C2PA_CHAIN")
C2PA_IS_DEFAULT = not (C2PA_CHAIN and (C2PA_KEY or C2PA_SIGNER))
C2PA_DEVELOPMENT_FILE = KEY_DIR / "c2pa-development.pem"
# An RFC 3161 service that time-stamps every manifest; roots (PEM) to believe besides our own, the service's too.
C2PA_TSA_URL = env.text("C2PA_TSA_URL")
C2PA_TRUST_ANCHORS = env.text("C2PA_TRUST_ANCHORS")

# --- who runs this platform ---
PROVIDER_NAME = env.text("PROVIDER_NAME", "示例深度合成服务（演示）")
PROVIDER_NAME_EN = env.text("PROVIDER_NAME_EN", "Example Synthesis (demonstration)")
# TC260-PG-20252A: 27 characters. The development default belongs to nobody: its USCC is formally valid, made for tests.
PROVIDER_CODE = env.text("PROVIDER_CODE", "")
PROVIDER_CODE_IS_DEFAULT = not PROVIDER_CODE
# Where complaints and requests about personal data go; shown in the public texts (Provisions Art. 12, PIPL Art. 50).
PROVIDER_CONTACT = env.text("PROVIDER_CONTACT", "contact@example.invalid")
FILING_NO = env.text("FILING_NO")
FILING_URL = env.text("FILING_URL")

# --- channels ---
SMS_BACKEND = env.text("SMS_BACKEND", "console")
IDENTITY_BACKEND = env.text("IDENTITY_BACKEND", "sandbox")
OUTBOX_DIR = VAR_DIR / "outbox"
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "accounts.people.messages.mail.ConsoleMailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "hallmark@localhost")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")

# --- media ---
MEDIA_ROOT = folders.private(Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media"))))
# One cap for every medium: it is applied while the bytes come in, before anybody knows what they are.
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_BYTES", 50 * 1024 * 1024)
UPLOAD_MAX_SECONDS = env.number("UPLOAD_MAX_SECONDS", 4 * 3600)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4  # no form of the house has more than one
# Files in transit stay inside the media store, where the sweeper finds what a killed process left.
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
FILE_UPLOAD_HANDLERS = [
    "media_jobs.uploads.handlers.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ENGINES_ENABLED = env.items("ENGINES_ENABLED", ("gateway",) if DEPLOYED else ("gateway", "face_blend"))

# --- the labels: the provider's policy, nobody else's; none of these can switch a label off ---
# Whose words stand in the visible label: "cn", or "cn_eu" with AI GENERATED or AI MODIFIED beside the Chinese ones.
LABEL_THEME = env.choice("LABEL_THEME", ("cn", "cn_eu"))
# The audible label (GB 45438-2025 5.3): spoken words or the rhythm short-long-short-short, before or after, or both.
LABEL_AUDIO_FORM = env.choice("LABEL_AUDIO_FORM", ("voice", "rhythm"))
LABEL_AUDIO_WHERE = env.choice("LABEL_AUDIO_WHERE", ("start", "end", "both"))
LABEL_AUDIO_LANGUAGE = env.choice("LABEL_AUDIO_LANGUAGE", ("zh", "en"))
# Lay the audible label over the sound of videos, too; Labelling Measures Art. 4 asks for the picture's alone.
LABEL_VIDEO_SOUND = env.flag("LABEL_VIDEO_SOUND", default=False)
# Of a hundred released pictures so many are also read back by OCR (the `ocr` extra), as evidence in their report.
LABEL_OCR_PERCENT = env.number("LABEL_OCR_PERCENT", 0)

# --- the pipeline ---
# A worker that gives no sign of life for this long has lost its jobs to the next one.
PIPELINE_LEASE_SECONDS = env.number("PIPELINE_LEASE_SECONDS", 30)
# A job that waits for a worker is rung again after this long.
PIPELINE_RING_AGAIN_SECONDS = env.number("PIPELINE_RING_AGAIN_SECONDS", 10)
CELERY_BEAT_SCHEDULE = {
    "pipeline-sweep": {"task": "pipeline.sweep", "schedule": 15.0},
    "pipeline-housekeep": {"task": "pipeline.housekeep", "schedule": 3600.0},
}

# --- language, time ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files ---
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not DEPLOYED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if DEPLOYED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- hardening ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = DEPLOYED and env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31536000 if DEPLOYED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = DEPLOYED
# One proxy that we run stands in front and writes X-Forwarded-For and -Proto itself.
BEHIND_PROXY = env.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.people.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.middleware.api_exception_handler",
}
SPECTACULAR_SETTINGS = {"TITLE": "Hallmark", "VERSION": "0.1.0", "SERVE_INCLUDE_SCHEMA": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"links": {"()": "config.logs.WithoutLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
