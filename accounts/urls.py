"""Pages of this app below /accounts/. Login, password and second factor are allauth's, next to these."""

from django.urls import path

from accounts.views import colleagues, lost_post, messages, profile, registration, staff, switching, unit

app_name = "accounts"

urlpatterns = [
    path("resume/", lost_post.resume, name="resume"),
    path("switch/", switching.switch, name="switch"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("register/", registration.Register.as_view(), name="register"),
    path("register/done/", registration.Registered.as_view(), name="registered"),
    path("registrations/", registration.Registrations.as_view(), name="registrations"),
    path("registrations/<int:pk>/", registration.Registration.as_view(), name="registration"),
    path("unit/", unit.Unit.as_view(), name="unit"),
    path("unit/invite/", colleagues.Invite.as_view(), name="invite"),
    path("unit/leave/", colleagues.Leave.as_view(), name="leave"),
    path("unit/invitations/<int:pk>/revoke/", colleagues.revoke, name="revoke_invitation"),
    path("unit/people/<int:pk>/", colleagues.Colleague.as_view(), name="colleague"),
    path("invitations/<str:token>/", colleagues.AcceptInvitation.as_view(), name="invitation"),
    path("organisations/<int:pk>/", unit.OrganisationPage.as_view(), name="organisation"),
    path("organisations/<int:pk>/edit/", unit.UnitEdit.as_view(), name="unit_edit"),
    path("organisations/<int:pk>/figures/<int:year>/", unit.Figures.as_view(), name="figures"),
    path("people/", staff.People.as_view(), name="people"),
    path("people/new/", staff.NewPerson.as_view(), name="person_new"),
    path("people/<int:pk>/", staff.PersonPage.as_view(), name="person"),
    path("roles/", staff.RoleChanges.as_view(), name="role_changes"),
    path("roles/propose/", staff.ProposeRole.as_view(), name="role_propose"),
    path("roles/<int:pk>/", staff.RoleChangePage.as_view(), name="role_change"),
]

# Below /messages/.
message_patterns = [
    path("", messages.MessageList.as_view(), name="list"),
    path("read/", messages.mark_all_read, name="read_all"),
    path("settings/", messages.Settings.as_view(), name="settings"),
    path("unsubscribe/<str:token>/", messages.unsubscribe, name="unsubscribe"),
    path("<int:pk>/", messages.open_message, name="open"),
    path("<int:pk>/as/", messages.open_as, name="open_as"),
    path("<int:pk>/read/", messages.mark_read, name="read"),
]
