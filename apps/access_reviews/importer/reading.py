"""Rows of an access export to accounts with their roles, and numbered problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.access_reviews.enums import AccountKind, AccountStatus, Usage
from apps.access_reviews.importer.fields import AWS
from apps.access_reviews.rules import (
    AccountState,
    GrantState,
    Moment,
    flag_in,
    kind_in,
    moment_in,
    roles_in,
    status_in,
)
from apps.core.tables import BadValue, DateOrder, ProblemLog, Row, RowProblem
from apps.workforce.rules import Account, Cells, RowRefused, normalised

LONGEST_KEY, LONGEST_NAME, LONGEST_EMAIL, LONGEST_HOLDER = 255, 200, 254, 64
LONGEST_UNIT = 100
OTHER_SYSTEM = "row of another system"
NO_ROLE = "Role not stated"
_ROOT = "<root_account>"
_AWS_USES = (
    "passwordlastused",
    "accesskey1lastuseddate",
    "accesskey2lastuseddate",
)
_AWS_DOORS = ("passwordenabled", "accesskey1active", "accesskey2active", "cert1active")


@dataclass
class Reading:
    """A file read to the end: its accounts and what became of each row."""

    account: Account
    problems: ProblemLog
    rows: list[tuple[AccountState, tuple[GrantState, ...]]] = field(
        default_factory=list
    )
    unsure: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every row was taken."""
        return not self.account.refused


@dataclass(frozen=True)
class Reader:
    """How one file is read: its columns, layout, order of dates, and system."""

    cells: Cells
    header: Sequence[str]
    layout: str
    order: DateOrder
    system: str

    def read(self, rows: Iterable[Row], *, problems: ProblemLog) -> Reading:
        """Return every row as an account or as a counted refusal.

        A word of status nobody knows is kept as unknown and listed; it is no reason
        to lose the account.
        """
        reading = Reading(account=Account(), problems=problems)
        seen: set[tuple[AccountState, tuple[GrantState, ...]]] = set()
        for row in rows:
            reading.account.read += 1
            try:
                found = self._row(row, reading)
            except RowRefused as refused:
                self._note(reading, refused)
                continue
            if found in seen:
                reading.account.unchanged_because["same row twice"] += 1
                continue
            seen.add(found)
            reading.rows.append(found)
        return reading

    def _note(self, reading: Reading, refused: RowRefused) -> None:
        if refused.problem is None:
            reading.account.unchanged_because[refused.reason] += 1
            return
        reading.account.refused[refused.reason] += 1
        reading.problems.add(refused.problem)

    def _row(
        self, row: Row, reading: Reading
    ) -> tuple[AccountState, tuple[GrantState, ...]]:
        self._check_system(row)
        cells = self.cells
        login = cells.short(row, "login", LONGEST_KEY)
        email = cells.short(row, "email", LONGEST_EMAIL)
        if not email and "@" in login and "#" not in login:
            email = login[:LONGEST_EMAIL]
        holder = cells.short(row, "holder", LONGEST_HOLDER)
        key = cells.short(row, "key", LONGEST_KEY) or login or email or holder
        if not key:
            raise cells.refuse(
                row, "login", "no account named", "an id, a login or an e-mail", "no_id"
            )
        used = self._used(row)
        opened = self._opened(row)
        account = AccountState(
            key=key,
            login=login,
            name=self._name(row),
            email=email,
            aliases=self._aliases(row),
            holder=holder,
            unit=cells.short(row, "unit", LONGEST_UNIT),
            kind=self._kind(row, login),
            status=self._status(row, reading),
            usage=used.usage,
            last_used_at=used.at,
            has_mfa=flag_in(cells.text(row, "mfa")),
            opened_on=opened.date() if opened else None,
        )
        return account, self._roles(row, login)

    def _check_system(self, row: Row) -> None:
        named = self.cells.text(row, "application").casefold()
        if named and named != self.system.casefold():
            raise RowRefused(OTHER_SYSTEM)

    def _name(self, row: Row) -> str:
        whole = self.cells.short(row, "full_name", LONGEST_NAME)
        parts = [
            self.cells.short(row, part, LONGEST_NAME)
            for part in ("first_name", "last_name")
        ]
        return (whole or " ".join(part for part in parts if part))[:LONGEST_NAME]

    def _aliases(self, row: Row) -> tuple[str, ...]:
        return tuple(
            each[:LONGEST_EMAIL]
            for each in roles_in(self.cells.text(row, "aliases").replace(",", ";"))
        )

    def _kind(self, row: Row, login: str) -> AccountKind:
        if login == _ROOT:
            return AccountKind.ROOT
        # How Entra ID writes guests, whatever their type says.
        if "#ext#" in login.casefold():
            return AccountKind.GUEST
        return kind_in(self.cells.text(row, "kind"))

    def _status(self, row: Row, reading: Reading) -> AccountStatus:
        if self.layout == AWS:
            doors = [flag_in(self._named(row, name)) for name in _AWS_DOORS]
            is_root = self.cells.text(row, "login") == _ROOT
            is_open = is_root or any(doors)
            return AccountStatus.ACTIVE if is_open else AccountStatus.SUSPENDED
        text = self.cells.text(row, "status")
        found = status_in(text)
        if found is not None:
            return found
        reading.unsure += 1
        header = self.cells.header["status"]
        expected = "a word such as active or suspended; it is kept as not stated"
        reading.problems.add(
            RowProblem(row.number, header, text, expected, "unknown_status")
        )
        return AccountStatus.UNKNOWN

    def _used(self, row: Row) -> Moment:
        if self.layout != AWS:
            return self._moment(row, "last_used")
        found = [self._at(row, self._named(row, name)) for name in _AWS_USES]
        times = [each.at for each in found if each.at is not None]
        # "N/A" and "no_information" in every column: nothing was ever used.
        return Moment(Usage.USED, max(times)) if times else Moment(Usage.NEVER)

    def _opened(self, row: Row) -> datetime | None:
        return self._moment(row, "opened").at

    def _moment(self, row: Row, name: str) -> Moment:
        index = self.cells.index.get(name)
        if index is None:
            return Moment(Usage.UNKNOWN)
        return self._at(row, row.cells[index], column=self.cells.header[name])

    def _at(self, row: Row, text: str, *, column: str = "") -> Moment:
        try:
            return moment_in(text, order=self.order)
        except BadValue as error:
            raise RowRefused.of_value(error, row=row.number, column=column) from error

    def _named(self, row: Row, word: str) -> str:
        for at, name in enumerate(self.header):
            if "".join(normalised(name)) == word:
                return row.cells[at]
        return ""

    def _roles(self, row: Row, login: str) -> tuple[GrantState, ...]:
        stated = flag_in(self.cells.text(row, "privileged"))
        if login == _ROOT:
            return (GrantState("Root", is_privileged=True),)
        names = roles_in(self.cells.text(row, "role")) or (NO_ROLE,)
        return tuple(GrantState(name[:LONGEST_NAME], stated) for name in names)
