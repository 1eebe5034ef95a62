"""The full check of the log: what is wrong, in which table, row and column."""

from compliance.audit.fsck.run import Report, check
from compliance.audit.fsck.findings import Finding

__all__ = ["Finding", "Report", "check"]
