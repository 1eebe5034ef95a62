from django.urls import URLPattern, URLResolver, path

from accounts.people.views import account, admin_desk, home, invitations, organisation

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/export/", account.export, name="account_export"),
    path("account/end-sessions/", account.end_sessions, name="account_end_sessions"),
    path("account/tokens/", account.token_issue, name="token_issue"),
    path("account/tokens/<uuid:token_id>/revoke/", account.token_revoke, name="token_revoke"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/create/", organisation.create, name="organisation_create"),
    path("organisation/invite/", organisation.invite, name="organisation_invite"),
    path("organisation/leave/", organisation.leave, name="organisation_leave"),
    path("staff/invitations/", invitations.listing, name="invitations"),
    path("staff/invitations/send/", invitations.send, name="invitation_send"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.resend, name="invitation_resend"),
    path("invitations/<uuid:invitation_id>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("i/<str:token>/", invitations.landing, name="invitation"),
    path("i/<str:token>/accept/", invitations.accept, name="invitation_accept"),
    path("admin-desk/", admin_desk.listing, name="admin_desk"),
    path("admin-desk/propose/", admin_desk.propose, name="appointment_propose"),
    path("admin-desk/<uuid:appointment_id>/", admin_desk.appointment, name="appointment"),
    path("admin-desk/<uuid:appointment_id>/open/", admin_desk.open_account, name="appointment_open"),
    path("admin-desk/<uuid:appointment_id>/decline/", admin_desk.decline, name="appointment_decline"),
]
