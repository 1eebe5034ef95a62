"""The manifest definition of one work (C2PA 2.x, CAWG training and data mining); names in docs/signatures.md."""

from typing import Any

from media_jobs.labelling.c2pa.facts import NAME, Facts, own_version

LABEL, CONSENT = "org.hallmark.label", "org.hallmark.consent"
TRAINING = "cawg.training-mining"
PARENT = "parent"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
# Inference stays allowed: whoever checks files for labels has to run something over them.
_USES = {
    "cawg.data_mining": "notAllowed",
    "cawg.ai_training": "notAllowed",
    "cawg.ai_generative_training": "notAllowed",
    "cawg.ai_inference": "allowed",
}


def definition(facts: Facts) -> dict[str, Any]:
    """The manifest as c2pa.Builder takes it; the parent of an altered work is added by whoever has it."""
    made = [
        ("c2pa.actions.v2", {"actions": _actions(facts), "allActionsIncluded": True}),
        ("c2pa.metadata", {"@context": {"Iptc4xmpExt": _IPTC}, "Iptc4xmpExt:DigitalSourceType": facts.source_type}),
        (TRAINING, {"entries": {name: {"use": use} for name, use in _USES.items()}}),
        (LABEL, _label(facts)),
    ]
    if facts.watermark is not None:
        made.append(
            (
                "c2pa.soft-binding",
                {"alg": facts.watermark.algorithm, "blocks": [{"scope": {}, "value": facts.watermark.value}]},
            )
        )
    if facts.consent:
        made.append((CONSENT, {"alg": "sha256", "hash": facts.consent}))
    return {
        "claim_generator_info": [{"name": NAME, "version": own_version()}],
        "title": facts.produce_id,
        "assertions": [{"label": label, "data": data, "created": True} for label, data in made],
    }


# The parent of an altered work. Without a file beside it only its existence is told: what an upload says of its owner
# stays out of the released work (PIPL Art. 6).
PARENT_INGREDIENT = {"title": "original", "relationship": "parentOf", "label": PARENT}


def _actions(facts: Facts) -> list[dict[str, Any]]:
    """In the order in which it happened; exactly one c2pa.created or c2pa.opened, and first (C2PA 2.2 18.14.2)."""
    system = {"name": facts.engine, "version": facts.engine_version}
    own = {"name": NAME, "version": own_version()}
    if facts.handed_over:
        return [
            {"action": "c2pa.opened", "when": facts.time, "parameters": {"ingredientIds": [PARENT]}},
            _action("c2pa.edited.metadata", facts, own, "AIGC label: propagator (GB 45438-2025 6)"),
            _action("c2pa.published", facts, own),
        ]
    if facts.altered:
        actions = [
            {"action": "c2pa.opened", "when": facts.time, "parameters": {"ingredientIds": [PARENT]}},
            _action("c2pa.edited", facts, system) | {"digitalSourceType": facts.source_type},
        ]
    else:
        actions = [_action("c2pa.created", facts, system) | {"digitalSourceType": facts.source_type}]
    if facts.label_text:
        kind = "c2pa.edited" if facts.label_is_heard else "c2pa.addedText"
        actions.append(_action(kind, facts, own, f"Explicit label (GB 45438-2025 5): {facts.label_text}"))
    if facts.watermark is not None:
        actions.append(_action("c2pa.watermarked", facts, own))
    actions.append(_action("c2pa.edited.metadata", facts, own, "AIGC label (GB 45438-2025 6)"))
    return actions


def _action(kind: str, facts: Facts, agent: dict[str, str], description: str = "") -> dict[str, Any]:
    action: dict[str, Any] = {"action": kind, "when": facts.time, "softwareAgent": agent}
    return action | {"description": description} if description else action


def _label(facts: Facts) -> dict[str, Any]:
    """Latent disclosure: provider, system and version, time, number, created or altered (Cal. BPC 22757.3(b), A-E)."""
    if facts.handed_over:
        return {"propagator": facts.provider, "propagate_id": facts.produce_id, "time": facts.time}
    said: dict[str, Any] = {
        "provider": facts.provider,
        "produce_id": facts.produce_id,
        "system": {"name": facts.engine, "version": facts.engine_version},
        "time": facts.time,
        "kind": "altered" if facts.altered else "created",
    }
    if facts.provider_name:
        said["provider_name"] = facts.provider_name
    if facts.content_method:
        said["content"] = {"method": facts.content_method, "sha256": facts.content_sha256}
    return said
