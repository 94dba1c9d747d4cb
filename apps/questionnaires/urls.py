"""URLs of the room."""

from django.urls import path

from apps.questionnaires import views as v

app_name = "questionnaires"
urlpatterns = [
    path("", v.ListView.as_view(), name="list"),
    path("library/", v.LibraryView.as_view(), name="library"),
    path("token/", v.TokenView.as_view(), name="token"),
    path(
        "engagement/<uuid:engagement_pk>/",
        v.EngagementView.as_view(),
        name="engagement",
    ),
    path(
        "engagement/<uuid:engagement_pk>/assign/",
        v.AssignToEngagementView.as_view(),
        name="assign",
    ),
    path(
        "vendor/<uuid:pk>/assign/",
        v.AssignToVendorView.as_view(),
        name="assign_vendor",
    ),
    path("findings/", v.FindingsView.as_view(), name="findings"),
    path("findings/<uuid:pk>/", v.FindingView.as_view(), name="finding"),
    path("findings/<uuid:pk>/plan/", v.PlanView.as_view(), name="plan"),
    path("actions/<uuid:pk>/done/", v.DoneView.as_view(), name="action_done"),
    path("actions/<uuid:pk>/verify/", v.VerifyView.as_view(), name="action_verify"),
    path("actions/<uuid:pk>/file/", v.ActionFileView.as_view(), name="action_file"),
    path("files/<uuid:pk>/", v.FileView.as_view(), name="file"),
    path("files/<uuid:pk>/remove/", v.FileRemoveView.as_view(), name="file_remove"),
    path("dossiers/<uuid:pk>/", v.DossierView.as_view(), name="dossier"),
    path("templates/", v.TemplatesView.as_view(), name="templates"),
    path("templates/new/", v.TemplateCreateView.as_view(), name="template_create"),
    path("templates/import/", v.TemplateImportView.as_view(), name="template_import"),
    path("versions/<uuid:pk>/", v.VersionView.as_view(), name="version"),
    path("versions/<uuid:pk>/draft/", v.DraftView.as_view(), name="draft"),
    path("versions/<uuid:pk>/publish/", v.PublishView.as_view(), name="publish"),
    path("versions/<uuid:pk>/question/", v.QuestionView.as_view(), name="question"),
    path(
        "versions/<uuid:pk>/question/remove/",
        v.QuestionRemoveView.as_view(),
        name="question_remove",
    ),
    path(
        "versions/<uuid:pk>/question/move/",
        v.QuestionMoveView.as_view(),
        name="question_move",
    ),
    path(
        "versions/<uuid:pk>/section/remove/",
        v.SectionRemoveView.as_view(),
        name="section_remove",
    ),
    path(
        "versions/<uuid:pk>/section/move/",
        v.SectionMoveView.as_view(),
        name="section_move",
    ),
    path("versions/<uuid:pk>/section/", v.SectionView.as_view(), name="section"),
    path("<uuid:pk>/", v.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/open/", v.OpenView.as_view(), name="open"),
    path("<uuid:pk>/move-due/", v.MoveDueView.as_view(), name="move_due"),
    path("<uuid:pk>/withdraw/", v.WithdrawView.as_view(), name="withdraw"),
    path("<uuid:pk>/sheet/", v.SheetView.as_view(), name="sheet"),
    path("<uuid:pk>/answer/", v.AnswerView.as_view(), name="answer"),
    path("<uuid:pk>/attach/", v.AttachView.as_view(), name="attach"),
    path("<uuid:pk>/comment/", v.CommentView.as_view(), name="comment"),
    path("<uuid:pk>/delegate/", v.DelegateView.as_view(), name="delegate"),
    path("<uuid:pk>/take-back/", v.TakeBackView.as_view(), name="take_back"),
    path("<uuid:pk>/confirm/", v.ConfirmView.as_view(), name="confirm"),
    path("<uuid:pk>/submit/", v.SubmitView.as_view(), name="submit"),
    path("<uuid:pk>/reuse/", v.ReuseView.as_view(), name="reuse"),
    path("<uuid:pk>/table/", v.TableView.as_view(), name="table"),
    path("<uuid:pk>/table/upload/", v.TableUploadView.as_view(), name="table_upload"),
    path("<uuid:pk>/review/", v.ReviewView.as_view(), name="review"),
    path("<uuid:pk>/decide/", v.DecideView.as_view(), name="decide"),
    path(
        "<uuid:pk>/accept-unchanged/",
        v.AcceptUnchangedView.as_view(),
        name="accept_unchanged",
    ),
    path("<uuid:pk>/note/", v.NoteView.as_view(), name="note"),
    path("<uuid:pk>/return/", v.ReturnView.as_view(), name="return"),
    path("<uuid:pk>/close/", v.CloseView.as_view(), name="close"),
    path(
        "<uuid:pk>/findings/new/", v.FindingCreateView.as_view(), name="finding_create"
    ),
    path("<uuid:pk>/dossier/", v.DossierRequestView.as_view(), name="dossier_request"),
]
