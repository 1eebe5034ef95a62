from django.urls import URLPattern, URLResolver, path

from compliance.register.models import PolicyKind
from compliance.register.views import agreements, texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("rules/", texts.text, {"kind": PolicyKind.RULES.value}, name="rules"),
    path("convention/", texts.text, {"kind": PolicyKind.CONVENTION.value}, name="convention"),
    path("agreement/", texts.text, {"kind": PolicyKind.AGREEMENT.value}, name="agreement"),
    path("privacy/", texts.text, {"kind": PolicyKind.PRIVACY.value}, name="privacy"),
    path("intended-use/", texts.text, {"kind": PolicyKind.INTENDED_USE.value}, name="intended_use"),
    path("agreements/", agreements.agreements, name="policies"),
]
