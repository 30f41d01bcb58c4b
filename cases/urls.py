"""The addresses of the cases room: ids only, never a number or a name."""

from django.urls import path

from cases.views import access, correct, detail, edit, importing, list, material, new, patient, why

app_name = "cases"
urlpatterns = [
    path("", list.show, name="list"),
    path("jump/", list.jump, name="jump"),
    path("new/", new.new, name="new"),
    path("import/", importing.start, name="import"),
    path("import/template/<slug:language>.csv", importing.template, name="import_template"),
    path("import/<uuid:import_id>/", importing.preview, name="import_preview"),
    path("why/", why.why_not, name="why_not"),
    path("patients/<uuid:patient_id>/", patient.show, name="patient"),
    path("<uuid:case_id>/", detail.show, name="detail"),
    path("<uuid:case_id>/access/", access.access, name="access"),
    path("<uuid:case_id>/why/", why.why, name="why"),
    path("<uuid:case_id>/material/", detail.material_card, name="material"),
    path("<uuid:case_id>/material/new/", material.add, name="add_material"),
    path("<uuid:case_id>/material/correct/", material.correct, name="correct_material"),
    path("<uuid:case_id>/edit/", edit.edit, name="edit"),
    path("<uuid:case_id>/correct/", correct.correct, name="correct"),
    path("<uuid:case_id>/correct-patient/", correct.correct_patient, name="correct_patient"),
    path("<uuid:case_id>/close/", detail.close, name="close"),
    path("<uuid:case_id>/reopen/", detail.reopen, name="reopen"),
]
