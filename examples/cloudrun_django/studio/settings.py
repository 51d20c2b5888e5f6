"""A yoga studio on WeChat Cloud Run."""

import os
from pathlib import Path

SECRET_KEY = os.environ.get("STUDIO_SECRET_KEY", "only for tests")
ALLOWED_HOSTS = ["localhost", ".tencentcloudbase.com", ".run.tcloudbase.com"]
INSTALLED_APPS = ["booking"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "booking.urls"
WSGI_APPLICATION = "studio.wsgi.application"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(__file__).parents[1] / "studio.sqlite3"},
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
