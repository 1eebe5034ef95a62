"""The WSGI entry point; a deployed instance refuses to start while a deployment check fails."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

if settings.DEPLOYED:
    from django.core.checks import run_checks

    if errors := [str(message) for message in run_checks(include_deployment_checks=True) if message.is_serious()]:
        raise SystemExit("Refusing to start:\n" + "\n".join(errors))
