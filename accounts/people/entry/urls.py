"""Those of allauth's addresses that the house offers, under allauth's names. No password page exists."""

from allauth.account import views as allauth_views
from django.urls import URLPattern, path

from accounts.people.entry import views

urlpatterns: list[URLPattern] = [
    path("login/", allauth_views.login, name="account_login"),
    path("login/code/confirm/", views.ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("signup/", views.SignupView.as_view(), name="account_signup"),
    path("phone/verify/", allauth_views.verify_phone, name="account_verify_phone"),
    path("phone/change/", views.ChangePhoneView.as_view(), name="account_change_phone"),
    path("email/", views.EmailView.as_view(), name="account_email"),
    path("confirm-email/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
]
