"""Stop and start by order (Provisions Art. 21); the page stands here because compliance.switches knows no people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.people.access import role_required
from accounts.people.actors import actor_for
from accounts.people.models import Role
from compliance.register.forms import SwitchForm
from compliance.switches import selectors, services
from media_jobs.engines import registry

_TITLES = {
    selectors.PUBLICATION: (_("Publication"), _("Nothing is released or downloaded while it is stopped.")),
    selectors.REGISTRATION: (_("Registration"), _("Nobody can open a new account while it is stopped.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OFFICER, Role.ADMIN)
def switches(request: HttpRequest) -> HttpResponse:
    """Show every switch with its last order, and move one."""
    form = SwitchForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            changed = services.switch_set(actor=actor_for(request.user), **form.cleaned_data)
            if changed:
                messages.success(request, gettext("Done. The change is in the log."))
            else:
                messages.info(request, gettext("It was already so; nothing changed."))
            return redirect("switches")
        status = 400
    rows = []
    for row in selectors.switches([engine.key for engine in registry.available()]):
        mine = form.is_bound and form.data.get("name") == row["name"]
        title, text = _titles(row["name"])
        blank = SwitchForm(
            initial={"name": row["name"], "stopped": "0" if row["stopped"] else "1"},
            auto_id=f"id_{row['name'].replace(':', '_')}_%s",
        )
        rows.append({**row, "title": title, "text": text, "form": form if mine else blank, "open": mine})
    return render(
        request,
        "switches/switches.html",
        {"rows": rows, "changes": [(change, _titles(change.switch_id)[0]) for change in selectors.changes()]},
        status=status,
    )


def _titles(name: str) -> tuple[object, object]:
    """Return a switch's title and what stopping it does."""
    if name in _TITLES:
        return _TITLES[name]
    key = name.removeprefix(selectors.JOB_PREFIX)
    engine = registry.describe(key)
    return (engine.title if engine else key, _("No new job of this kind starts while it is stopped."))
