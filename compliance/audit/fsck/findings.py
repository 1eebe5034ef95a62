"""What the check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Args:
        table: table, or "guard file".
        row: key of the row, "-" when the whole table is meant.
        column: column or columns, "-" when the whole row is meant.
        problem: what is wrong with it.
    """

    table: str
    row: str
    column: str
    problem: str

    def __str__(self) -> str:
        return f"{self.table} row {self.row} column {self.column}: {self.problem}"
