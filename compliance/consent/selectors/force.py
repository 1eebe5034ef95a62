"""Which consents hold now, and whether everybody depicted was asked."""

from django.utils import timezone

from compliance.consent.binding import binding_of
from compliance.consent.models import Ask, Consent, DepictedPerson
from compliance.consent.states import State
from compliance.rules.consent import ConsentFacts, Scope, is_valid
from media_jobs.engines import registry
from media_jobs.jobs.models import Job
from media_jobs.jobs.states import Depicts
from media_jobs.uploads.models import Upload


def missing(job: Job) -> list[Upload]:
    """Return the inputs that show somebody nobody was named for: every face needs a person (Provisions Art. 14).

    An input nobody has searched for faces yet counts as missing (fail closed), and so does a job declared to depict
    persons in which nobody is named.
    """
    uploads = list(Upload.objects.filter(job=job).prefetch_related("depicted"))
    named = {upload.pk: len(upload.depicted.all()) for upload in uploads}
    if job.depicts_declared == Depicts.PERSONS and not any(named.values()):
        return uploads
    return [upload for upload in uploads if upload.face_count is None or upload.face_count > named[upload.pk]]


def ask_is_set(job: Job) -> bool:
    """Return whether the asker has said what the result is for (PIPL Art. 17)."""
    return Ask.objects.filter(job=job).exists()


def needs_consent(job: Job) -> bool:
    """Return whether anybody has to be asked before this job runs."""
    return bool(missing(job)) or DepictedPerson.objects.filter(job=job).exists()


def all_granted(job: Job) -> bool:
    """Return whether everybody depicted has a consent in force for exactly this purpose, method and version.

    True for a job that shows nobody. The pipeline asks again right before it synthesises.
    """
    if missing(job):
        return False
    subjects = set(DepictedPerson.objects.filter(job=job).values_list("subject_id", flat=True))
    return subjects <= {consent.subject_id for consent in consents_in_force(job)}


def consents_in_force(job: Job, *, scope: str = Scope.EDIT) -> list[Consent]:
    """Return the job's consents that hold now for that scope (PIPL Art. 14, 15, 25, 29).

    A consent no longer holds when it was taken back, ran out, or when purpose, engine version or provider is no longer
    the one that was shown.
    """
    now = timezone.now()
    ask = Ask.objects.filter(job=job).first()
    engine = registry.describe(job.engine)
    binding = binding_of(job=job, purpose=ask.purpose if ask else "", engine_version=engine.version if engine else "")
    consents = Consent.objects.filter(request__job=job, request__state=State.GRANTED).select_related("request")
    return [consent for consent in consents if is_valid(_facts(consent), scope=str(scope), binding=binding, now=now)]


def may_publish(job: Job) -> bool:
    """Return whether the result may be shown publicly: everybody depicted agreed to that too (PIPL Art. 25).

    Without it a release is for its owner's download only.
    """
    if not all_granted(job):
        return False
    subjects = set(DepictedPerson.objects.filter(job=job).values_list("subject_id", flat=True))
    return subjects <= {consent.subject_id for consent in consents_in_force(job, scope=Scope.PUBLISH)}


def _facts(consent: Consent) -> ConsentFacts:
    scopes = {Scope.EDIT: consent.edit, Scope.PUBLISH: consent.publish}
    return ConsentFacts(
        scopes=frozenset(str(scope) for scope, given in scopes.items() if given),
        binding=consent.request.binding,
        granted_at=consent.granted_at,
        valid_until=consent.expires_at,
        revoked_at=consent.revoked_at,
    )
