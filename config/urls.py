"""Every address of the platform, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.people.entry.urls")),
    path("", include("accounts.people.urls")),
    path("", include("accounts.identity.urls")),
    path("", include("compliance.audit.urls")),
    path("", include("compliance.consent.urls")),
    path("", include("compliance.register.urls")),
    path("", include("compliance.review.urls")),
    path("", include("compliance.regulator.urls")),
    path("", include("media_jobs.pipeline.urls")),
    path("", include("media_jobs.verify.urls")),
    path("", include("media_jobs.handover.urls")),
]
