"""Tables in: CSV, XLSX, XLS or ODS to rows and numbered problems.

``open_table`` reads an upload in a limited child process; values of cells are read
by ``parse_*``, which never guess.
"""

from apps.core.tables.contents import Row, TableInfo
from apps.core.tables.errors import UnreadableTable
from apps.core.tables.limits import Limits
from apps.core.tables.problems import ProblemLog, RowProblem
from apps.core.tables.reading import TableFile, open_table
from apps.core.tables.values import (
    AmbiguousDate,
    BadValue,
    ContradictoryDates,
    DateOrder,
    check_plausible,
    infer_date_order,
    parse_bool,
    parse_date,
    parse_score,
)

__all__ = [
    "AmbiguousDate",
    "BadValue",
    "ContradictoryDates",
    "DateOrder",
    "Limits",
    "ProblemLog",
    "Row",
    "RowProblem",
    "TableFile",
    "TableInfo",
    "UnreadableTable",
    "check_plausible",
    "infer_date_order",
    "open_table",
    "parse_bool",
    "parse_date",
    "parse_score",
]
