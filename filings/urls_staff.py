"""Addresses of officers and experts, below ``/filings/``."""

from django.urls import path

from filings.views.expert import reviews
from filings.views.staff import (
    acts,
    assignment_cases,
    case,
    examination,
    experts,
    letter_pdf,
    letter_templates,
    notice,
    review,
    versions,
    worklist,
)

urlpatterns = [
    path("desk/", worklist.Worklist.as_view(), name="worklist"),
    path("desk/<int:pk>/", case.CaseView.as_view(), name="desk_case"),
    path("desk/<int:pk>/print/", case.PrintView.as_view(), name="desk_print"),
    path("desk/<int:pk>/diff/", versions.DiffView.as_view(), name="desk_diff"),
    path("desk/<int:pk>/notes/", case.NoteView.as_view(), name="desk_note"),
    path("desk/<int:pk>/waivers/", case.WaiverView.as_view(), name="desk_waiver"),
    path(
        "desk/<int:pk>/corrections/<int:correction>/close/",
        case.CloseCorrectionView.as_view(),
        name="desk_correction_close",
    ),
    path("desk/<int:pk>/examination/", examination.ExaminationView.as_view(), name="desk_examination"),
    path("desk/<int:pk>/review/", review.BoardView.as_view(), name="desk_board"),
    path("desk/<int:pk>/review/expert/", review.ReplaceExpertView.as_view(), name="desk_expert_add"),
    path("desk/<int:pk>/review/release/", review.ReleaseExpertView.as_view(), name="desk_expert_release"),
    path("desk/<int:pk>/notice/", notice.NoticeView.as_view(), name="desk_notice"),
    path("desk/<int:pk>/objections/<int:objection>/", notice.ObjectionView.as_view(), name="desk_objection"),
    path("desk/<int:pk>/result/", notice.ResultView.as_view(), name="desk_result"),
    path("desk/<int:pk>/officer/", assignment_cases.CaseOfficerView.as_view(), name="desk_officer"),
    path("desk/<int:pk>/do/<slug:name>/", acts.ActView.as_view(), name="desk_act"),
    path("desk/<int:pk>/do/<slug:name>/letter.pdf", letter_pdf.LetterPdf.as_view(), name="desk_letter"),
    path("letters/", letter_templates.Templates.as_view(), name="letter_templates"),
    path("letters/<slug:kind>/", letter_templates.Template.as_view(), name="letter_template"),
    path("letters/<slug:kind>/edit/", letter_templates.Edit.as_view(), name="letter_template_edit"),
    path(
        "letters/<slug:kind>/example.pdf", letter_templates.ExamplePdf.as_view(), name="letter_template_pdf"
    ),
    path("letters/<slug:kind>/<slug:number>/", letter_templates.Version.as_view(), name="letter_version"),
    path(
        "letters/<slug:kind>/<slug:number>/decide/", letter_templates.Decide.as_view(), name="letter_decide"
    ),
    path("experts/", experts.ExpertsView.as_view(), name="experts"),
    path("experts/new/", experts.ExpertView.as_view(), name="expert_new"),
    path("experts/<int:pk>/", experts.ExpertView.as_view(), name="expert"),
    path("experts/<int:pk>/ties/", experts.TieView.as_view(), name="expert_tie"),
    path("experts/<int:pk>/ties/<int:tie>/end/", experts.EndTieView.as_view(), name="expert_tie_end"),
    path("reviews/", reviews.MyReviews.as_view(), name="reviews"),
    path("reviews/<int:pk>/", reviews.ReviewView.as_view(), name="review"),
    path("reviews/<int:pk>/declaration/", reviews.DeclareView.as_view(), name="review_declare"),
    path("reviews/<int:pk>/scores/", reviews.ScoreView.as_view(), name="review_score"),
]
