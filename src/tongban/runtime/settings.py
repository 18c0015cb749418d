"""Django's settings, read from the environment (see `runtime.config`).

Every value that a deployment may change is an environment variable; every secret is a file of the state
directory or an environment variable, never a line here.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tongban.runtime.config import Config, secret

CONFIG = Config.from_environment()

DEBUG = False
SECRET_KEY = os.environ.get("TONGBAN_SECRET_KEY") or secret(CONFIG.home, "web.key")
ALLOWED_HOSTS = [
    host
    for host in (
        urlsplit(CONFIG.web_url).hostname,
        "127.0.0.1",
        "localhost",
        "[::1]",
        *os.environ.get("TONGBAN_HOSTS", "").split(","),
    )
    if host
]
CSRF_TRUSTED_ORIGINS = [CONFIG.web_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tongban.journal",
    "tongban.catalogue",
    "tongban.identity",
    "tongban.exchange",
    "tongban.process",
    "tongban.intake",
    "tongban.casework",
    "tongban.design",
    "tongban.faces.common",
    "tongban.faces.citizen",
    "tongban.faces.workbench",
    "tongban.faces.flows",
    "tongban.faces.designer.drafts",
    "tongban.faces.designer.composer",
    "tongban.faces.designer.canvas",
    "tongban.faces.designer.decisions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.identity.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.faces.common.middleware.FaceMiddleware",
]

ROOT_URLCONF = "tongban.runtime.urls"
WSGI_APPLICATION = "tongban.runtime.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongban.faces.common.context.face",
            ],
        },
    }
]


def database(url: str | None) -> dict[str, object]:
    """Django's settings for one PostgreSQL address, e.g. `postgresql://user:pw@host:5432/name?sslmode=require`.

    A Unix socket directory is given as `?host=/path`. No address: settings that name no server, so that
    commands which need no database still start.
    """
    parts = urlsplit(url or "postgresql:///tongban")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tongban",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": database(CONFIG.database_url), "owner": database(CONFIG.database_owner_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["tongban.identity.adapters.local.LocalAccounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
ACCESS_FAILURE_VIEW = "tongban.faces.common.problems.access_failure"
CSRF_FAILURE_VIEW = "tongban.faces.common.problems.csrf_failure"
LIVE_TOKEN = "tongban.runtime.hooks.live_token"  # noqa: S105  # a function's name
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
_secure = CONFIG.web_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [str(Path(__file__).resolve().parents[1] / "locale")]

STATIC_URL = "static/"
STATIC_ROOT = str(CONFIG.home / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

UPLOAD_SCANNER = os.environ.get("TONGBAN_UPLOAD_SCANNER", "tongban.catalogue.documents.signature_scanner")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING_CONFIG = None  # structlog is configured by `runtime.logs` in each entry point
