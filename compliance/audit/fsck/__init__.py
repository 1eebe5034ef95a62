"""The full check of the log: what is wrong, in which table, row and column."""

from compliance.audit.fsck.findings import Finding
from compliance.audit.fsck.run import Report, check

__all__ = ["Finding", "Report", "check"]
