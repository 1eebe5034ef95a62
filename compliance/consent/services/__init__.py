"""Everything that changes a consent. Each service is atomic and writes its event in the same transaction (law 2)."""

from compliance.consent.services.asking import requests_cancel, requests_send
from compliance.consent.services.deciding import decline, grant, request_open, revoke
from compliance.consent.services.naming import ask_set, depicted_add, depicted_remove
from compliance.consent.services.silencing import silence, unsilence
from compliance.consent.services.sweeping import Swept, expire_and_remind

__all__ = [
    "Swept",
    "ask_set",
    "decline",
    "depicted_add",
    "depicted_remove",
    "expire_and_remind",
    "grant",
    "request_open",
    "requests_cancel",
    "requests_send",
    "revoke",
    "silence",
    "unsilence",
]
