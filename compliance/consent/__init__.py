"""Depicted subjects: requests, grants, receipts, revocation."""
