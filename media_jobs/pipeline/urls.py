from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView

from media_jobs.pipeline import api
from media_jobs.pipeline.views import actions, drafts, holds, pages, thumbs

_JOB = "jobs/<uuid:job_id>/"
_API = "api/v1/jobs/<uuid:job_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/", pages.jobs, name="jobs"),
    path("jobs/new/", drafts.job_new, name="job_new"),
    path(_JOB, pages.job, name="job"),
    path(_JOB + "progress/", pages.job_progress, name="job_progress"),
    path(_JOB + "inputs/<slug:role>/", drafts.job_input, name="job_input"),
    path(_JOB + "inputs/<slug:role>/remove/", drafts.job_input_remove, name="job_input_remove"),
    path(_JOB + "declare/", drafts.job_declare, name="job_declare"),
    path(_JOB + "submit/", drafts.job_submit, name="job_submit"),
    path(_JOB + "discard/", drafts.job_discard, name="job_discard"),
    path(_JOB + "cancel/", actions.job_cancel, name="job_cancel"),
    path(_JOB + "retry/", actions.job_retry, name="job_retry"),
    path(_JOB + "duplicate/", actions.job_duplicate, name="job_duplicate"),
    path(_JOB + "withdraw/", actions.job_withdraw, name="job_withdraw"),
    path(_JOB + "answer/", actions.job_answer, name="job_answer"),
    path(_JOB + "download/", actions.job_download, name="job_download"),
    path(_JOB + "picture/", actions.job_picture, name="job_picture"),
    path(_JOB + "proof.json", actions.job_proof, name="job_proof"),
    path(_JOB + "report.json", actions.job_report, name="job_report"),
    path(_JOB + "unlabelled/", actions.job_unlabelled, name="job_unlabelled"),
    path(_JOB + "unlabelled/withdraw/", actions.job_unlabelled_withdraw, name="job_unlabelled_withdraw"),
    path("uploads/<uuid:upload_id>/thumb/", thumbs.thumb, name="upload_thumb"),
    path("officer/holds/<uuid:hold_id>/media/<slug:which>/", holds.hold_media, name="hold_media"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/v1/jobs/", api.JobsApi.as_view(), name="api_jobs"),
    path(_API, api.JobApi.as_view(), name="api_job"),
    path(_API + "inputs/<slug:role>/", api.InputApi.as_view(), name="api_job_input"),
    path(_API + "depicted/", api.DepictedApi.as_view(), name="api_job_depicted"),
    path(_API + "submit/", api.SubmitApi.as_view(), name="api_job_submit"),
    path(_API + "cancel/", api.CancelApi.as_view(), name="api_job_cancel"),
    path(_API + "download/", api.DownloadApi.as_view(), name="api_job_download"),
    path(_API + "proof/", api.ProofApi.as_view(), name="api_job_proof"),
    path(_API + "report/", api.ReportApi.as_view(), name="api_job_report"),
    path(_API + "unlabelled/", api.UnlabelledApi.as_view(), name="api_job_unlabelled"),
]
