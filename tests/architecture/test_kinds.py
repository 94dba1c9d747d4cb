"""What each kind of file may hold."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import Source, sources

MAX_FILE = 400
MAX_FUNCTION = 40
BANNED_NAMES = {"utils", "helpers", "services", "signals", "mixins", "managers"}
MANAGER_KINDS = {
    "actions",
    "queries",
    "grants",
    "models",
    "scoping",
    # The trail's own write path, the ground every action stands on.
    "details",
    "deliveries",
}
# Actions that ask no permission, each for a reason.
OPEN_ACTIONS = {
    "apps.evidence.actions.storing.note_download": "the page that hands it out asked",
    "apps.evidence.actions.storing.check_takeable": "it only refuses",
    "apps.audit.actions.record": "called inside an action that asked",
    "apps.notifications.actions": "messages follow from actions that asked",
    "apps.accounts.actions": "checked in tests/accounts, several are for nobody yet",
}


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.module)
def test_files_and_functions_stay_small(source: Source) -> None:
    long = [
        f"{function.name} has {_lines(function)} lines"
        for function in source.functions()
        if _lines(function) > MAX_FUNCTION
    ]
    assert long == []
    assert len(source.text.splitlines()) <= MAX_FILE


def _lines(function: ast.FunctionDef) -> int:
    """Lines of a function's body: signature and docstring cost nothing."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_a_drawer() -> None:
    drawers = [s.module for s in sources() if s.path.stem in BANNED_NAMES]
    assert drawers == []


def test_managers_are_touched_in_queries_and_actions_only() -> None:
    elsewhere = [
        f"{source.module}:{node.lineno}"
        for source in sources()
        if source.kind not in MANAGER_KINDS
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
        # ``queryset = X.objects.none()`` on a viewset tells the schema its model.
        and not _is_none_queryset(source, node)
    ]
    assert elsewhere == []


def _is_none_queryset(source: Source, node: ast.Attribute) -> bool:
    line = source.text.splitlines()[node.lineno - 1]
    return source.kind == "api" and line.strip().endswith(".objects.none()")


def test_actions_say_who_and_ask_permission() -> None:
    bad = []
    for source in sources():
        if source.kind != "actions" or source.room in {"core", "tenancy"}:
            continue
        for function in source.top_level_functions():
            name = f"{source.module}.{function.name}"
            if function.name not in _offered(source.room):
                continue
            if any(name.startswith(allowed) for allowed in OPEN_ACTIONS):
                continue
            keywords = {argument.arg for argument in function.args.kwonlyargs}
            if "by" not in keywords:
                bad.append(f"{name} takes no keyword by")
            elif not _asks(source, function):
                bad.append(f"{name} asks no permission")
            if ast.get_docstring(function) is None:
                bad.append(f"{name} has no docstring")
    assert bad == []


def _asks(source: Source, function: ast.FunctionDef) -> bool:
    """Whether it asks ``by.require`` itself, or a function of its room's actions does
    that it calls."""
    called = {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return "by.require(" in ast.unparse(function) or any(
        other.name in called and "by.require(" in ast.unparse(other)
        for neighbour in sources()
        if neighbour.room == source.room and neighbour.kind == "actions"
        for other in neighbour.functions()
    )


def _offered(room: str) -> set[str]:
    """Names a package of actions re-exports, or all of a single file's."""
    [front] = [s for s in sources() if s.module == f"apps.{room}.actions"]
    names = {name.split(".")[-1] for name in front.imported()}
    return names | {function.name for function in front.top_level_functions()}


def test_only_the_clock_reads_the_time() -> None:
    readers = {"now", "today", "utcnow"}
    bad = [
        f"{source.module}:{node.lineno}"
        for source in sources()
        if source.module != "apps.core.clock"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in readers
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "timezone", "dt"}
    ]
    assert bad == []


def test_save_is_never_overridden_and_always_names_fields() -> None:
    bad = []
    for source in sources():
        if source.room in {"core", "tenancy"}:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                if source.kind == "models":
                    bad.append(f"{source.module} overrides {node.name}")
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "save"
                and source.kind in {"actions", "queries", "tasks"}
                and not {keyword.arg for keyword in node.keywords}
                & {"update_fields", "force_insert", "content"}
                and not node.args
            ):
                bad.append(f"{source.module}:{node.lineno} saves without names")
    assert bad == []


# Who may catch everything, each for a reason.
BROAD_EXCEPT = {
    "apps.audit.deliveries": "puts the event behind the others and raises again",
    "apps.core.jobs": "one piece of work that fails holds up none of the others",
    "apps.reminders.queries.rooms": "a room that fails keeps back nothing of others",
}


def test_no_broad_except() -> None:
    bad = [
        source.module
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (
                isinstance(node.type, ast.Name)
                and node.type.id in {"Exception", "BaseException"}
            )
        )
    ]
    assert bad == list(BROAD_EXCEPT)


def test_weasyprint_is_loaded_where_it_is_used_only() -> None:
    importers = {
        source.module
        for source in sources()
        if any(name.split(".")[0] == "weasyprint" for name in source.imported())
    }
    assert importers <= {"apps.core.pdf"}
