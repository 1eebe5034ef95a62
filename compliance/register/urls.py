from django.urls import URLPattern, URLResolver, path

from compliance.register.models import PolicyKind
from compliance.register.views import agreements, provider, staff, switches, texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("rules/", texts.text, {"kind": PolicyKind.RULES.value}, name="rules"),
    path("convention/", texts.text, {"kind": PolicyKind.CONVENTION.value}, name="convention"),
    path("agreement/", texts.text, {"kind": PolicyKind.AGREEMENT.value}, name="agreement"),
    path("privacy/", texts.text, {"kind": PolicyKind.PRIVACY.value}, name="privacy"),
    path("intended-use/", texts.text, {"kind": PolicyKind.INTENDED_USE.value}, name="intended_use"),
    path("agreements/", agreements.agreements, name="policies"),
    path("services/", provider.services_page, name="services"),
    path("services/<int:service_id>/switch/", provider.service_switch, name="service_switch"),
    path("switches/", switches.switches, name="switches"),
    path("staff/", staff.people, name="staff"),
    path("staff/invite/", staff.invite, name="staff_invite"),
    path("staff/accounts/<uuid:account_id>/", staff.account, name="staff_account"),
    path("staff/accounts/<uuid:account_id>/remind/", staff.remind, name="staff_remind"),
    path("staff/accounts/<uuid:account_id>/reset/", staff.reset, name="staff_reset"),
    path("staff/accounts/<uuid:account_id>/release/<slug:kind>/", staff.release, name="staff_release"),
    path("staff/invitations/<uuid:invitation_id>/resend/", staff.resend, name="staff_resend"),
    path("staff/invitations/<uuid:invitation_id>/revoke/", staff.revoke, name="staff_revoke"),
]
