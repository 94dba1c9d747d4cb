"""URLs of the room."""

from django.urls import path

from apps.incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.ListView.as_view(), name="list"),
    path("report/", views.ReportView.as_view(), name="report"),
    path("contacts/", views.ContactsView.as_view(), name="contacts"),
    path("contacts/<uuid:pk>/end/", views.ContactEndView.as_view(), name="contact_end"),
    path("readings/", views.ReadingsView.as_view(), name="readings"),
    path("letters/<uuid:pk>/", views.LetterView.as_view(), name="letter"),
    path(
        "letters/<uuid:pk>/finish/",
        views.LetterFinishView.as_view(),
        name="letter_finish",
    ),
    path("letters/<uuid:pk>.pdf", views.LetterPdfView.as_view(), name="letter_pdf"),
    path("register/", views.RegisterView.as_view(), name="register"),
    path("register/matches/", views.MatchesView.as_view(), name="matches"),
    path("register/lines/<uuid:pk>/", views.MatchView.as_view(), name="match"),
    path(
        "register/imports/<uuid:pk>/",
        views.RegisterImportView.as_view(),
        name="register_import",
    ),
    path("small-breaches/<int:year>.csv", views.LogView.as_view(), name="log"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.EngagementView.as_view(),
        name="engagement",
    ),
    path(
        "assessments/<uuid:pk>/confirm/",
        views.AssessConfirmView.as_view(),
        name="assess_confirm",
    ),
    path(
        "findings/<uuid:pk>/confirm/",
        views.FindingConfirmView.as_view(),
        name="finding_confirm",
    ),
    path("tasks/<uuid:pk>/done/", views.TaskDoneView.as_view(), name="task_done"),
    path("tasks/<uuid:pk>/verify/", views.TaskVerifyView.as_view(), name="task_verify"),
    path("files/<uuid:pk>/", views.FileView.as_view(), name="file"),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/case-file.pdf", views.CaseFileView.as_view(), name="case_file"),
    path("<uuid:pk>/share/", views.ShareView.as_view(), name="share"),
    path("<uuid:pk>/relay/", views.RelayView.as_view(), name="relay"),
    path("<uuid:pk>/facts/", views.FactView.as_view(), name="fact"),
    path("<uuid:pk>/count/", views.CountView.as_view(), name="count"),
    path("<uuid:pk>/assess/", views.AssessView.as_view(), name="assess"),
    path("<uuid:pk>/finding/", views.FindingView.as_view(), name="finding"),
    path("<uuid:pk>/hold/", views.HoldView.as_view(), name="hold"),
    path("<uuid:pk>/notices/", views.NoticeView.as_view(), name="notice"),
    path("<uuid:pk>/letters/", views.LetterNewView.as_view(), name="letter_new"),
    path("<uuid:pk>/review/", views.ReviewView.as_view(), name="review"),
    path("<uuid:pk>/entries/", views.EntryView.as_view(), name="entry"),
    path("<uuid:pk>/tasks/", views.TaskView.as_view(), name="task"),
    path("<uuid:pk>/files/", views.AttachView.as_view(), name="attach"),
    path("<uuid:pk>/exposure/", views.ExposureView.as_view(), name="exposure"),
    path("<uuid:pk>/close/", views.CloseView.as_view(), name="close"),
    path("<uuid:pk>/reopen/", views.ReopenView.as_view(), name="reopen"),
]
