"""What the agreement says about labels, made from the live configuration (Labelling Measures Art. 8).

A person who reads the agreement reads what the pipeline does: both ask the same engine and the same rule.
"""

from django.utils.translation import gettext

from compliance.rules import labels
from compliance.rules.art23 import fits
from media_jobs.engines import registry
from media_jobs.engines.registry import Engine


def engines_of(keys: tuple[str, ...]) -> list[Engine]:
    """Return the engines of these keys that exist, in that order."""
    return [engine for key in keys if (engine := registry.describe(key)) is not None]


def label_lines(keys: tuple[str, ...]) -> list[str]:
    """Return one list line per enabled engine and medium: label, form and clause, in the current language."""
    lines = []
    for engine in engines_of(keys):
        for medium in dict.fromkeys(one.medium for role in engine.inputs for one in role.containers):
            item = next((item for item, _title in engine.art23 if fits(item, medium)), "")
            plan = labels.plan(
                engine.art17_for(item) if medium != "image" else engine.art17,
                edits_real_media=engine.edits_real_media,
                medium=labels.Medium(medium),
            )
            lines.append(
                "- "
                + gettext("**%(title)s**: the words “%(text)s”, as %(method)s (%(cite)s); category %(category)s.")
                % {
                    "title": engine.title,
                    "text": plan.text,
                    "method": gettext(plan.form.method),
                    "cite": plan.form.cite,
                    "category": gettext(labels.ITEMS[plan.category]),
                }
            )
    return lines or ["- " + gettext("No engine is enabled at the moment.")]


def engine_lines(keys: tuple[str, ...]) -> list[str]:
    """Return one list line per enabled engine: what it does, in the current language."""
    lines = [
        "- " + gettext("**%(title)s**: %(description)s") % {"title": engine.title, "description": engine.description}
        for engine in engines_of(keys)
    ]
    return lines or ["- " + gettext("No engine is enabled at the moment.")]
