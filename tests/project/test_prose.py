"""The prose lint finds banned phrases and long sentences in each kind of file, and accepts plain sentences and code."""

import re

import pytest

from tests import prose

LONG = " ".join(["word"] * prose.MOST_WORDS)


def found(name: str, text: str) -> list[tuple[int, str]]:
    return sorted((finding.line, finding.text) for finding in prose.check(name, text))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("docs/page.md", "# Page\n\nThe table goes by the customer.\n", [(3, "goes by")]),
        ("docs/page.md", "| a | b |\n|---|---|\n| Nobody | x |\n", [(3, "Nobody")]),
        ("docs/page.md", "- first\n- whoever\n", [(2, "whoever")]),
        ("models/a.sql", "-- Grain: customer. The age stands\n-- in the table.\nselect 1\n", [(1, "stands in")]),
        ("models/a.sql", "{#- The name is taken for\n    an id. -#}\nselect 1\n", [(1, "taken for")]),
        ("models/a.sql", "select 1 as a,  -- found on tune\n  2 as b\n", [(1, "found on tune"), (1, "on tune")]),
        ("models/a.yml", "models:\n  - name: a\n    description: Chosen\n      by nobody.\n", [(4, "nobody")]),
        ("models/a.yml", "models:\n  - name: a\n    description: >-\n      One.\n      It is told.\n", [(5, "told")]),
        ("models/a.yml", "a: 1   # learnt\n# who is told\nb: 2\n", [(1, "learnt"), (2, "told")]),
        ("package/a.py", '"""Weights anew."""\n', [(1, "anew")]),
        ("package/a.py", 'def f():\n    """Return.\n\n    What it is told.\n    """\n', [(4, "What it is told."), (4, "told")]),
        ("package/a.py", "A = 1  # dearer\n# The rung\n# is 1.\n", [(1, "dearer"), (2, "rung")]),
        ("Makefile", "lists: ## build anew\n\techo done\n", [(1, "anew")]),
    ],
)
def test_banned_phrase_is_found_with_its_line(name: str, text: str, expected: list[tuple[int, str]]) -> None:
    assert found(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docs/page.md", "The table uses `goes by` as a name.\n\n```\nnobody\n```\n"),
        ("docs/page.md", "See [the page](nobody.md) of a stand and a lie.\n"),
        ("models/a.sql", "select 'nobody' as a, \"told\" from whoever -- a comment\n"),
        ("models/a.yml", "models:\n  - name: nobody\n    description: The customer's age in years.\n    meta: {kind: told}\n"),
        ("package/a.py", 'RAISED = "nobody -- whoever"\nquery = f("""\n    -- told\n""")\n'),
        ("package/a.py", '# What is the cost? The build prints it.\ndef f():\n    """Return what the model learned."""\n'),
        ("models/a.csv", "nobody\n"),
    ],
)
def test_plain_text_and_code_are_accepted(name: str, text: str) -> None:
    assert found(name, text) == []


@pytest.mark.parametrize("sentence", ["What a rule does is in the seed.", "One rule. Whatever has vectors can be searched."])
def test_clause_as_subject_is_found(sentence: str) -> None:
    assert [line for line, _ in found("docs/page.md", sentence)] == [1]


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("README.md", f"Short. Word {LONG}.", 1),
        ("README.md", f"Short sentence. {LONG}.", 0),
        ("docs/start.md", f"- item\n- Word {LONG}.", 1),
        ("docs/page.md", f"Word {LONG}.", 0),
        ("docs/page.md", f"| a | b |\n|---|---|\n| x | Word {LONG}. |", 1),
        ("docs/page.md", f"| a | b |\n|---|---|\n| one {LONG[:-5]} | one |", 0),
        ("README.md", "`" + LONG + "` is " + " ".join(["a_name"] * 40), 0),
    ],
)
def test_sentence_limit_holds_in_newcomer_pages_and_tables_of_docs(name: str, text: str, count: int) -> None:
    assert len(found(name, text)) == count


def test_finding_names_file_line_phrase_and_replacement() -> None:
    (finding,) = prose.check("docs/page.md", "One.\nNobody.\n")
    assert str(finding) == "docs/page.md:2: 'Nobody'; write 'no customer', 'no reader', 'unknown customers'"


def test_replacements_contain_no_banned_phrase() -> None:
    assert not [text for text in prose.PHRASES.values() for banned in prose.BANNED if banned.search(text)]


def test_lint_reads_the_project_and_skips_built_folders() -> None:
    names = {path.relative_to(prose.PROJECT).as_posix() for path in prose.files(prose.ROOTS)}
    assert {"README.md", "Makefile", "tests/prose.py", "docs/decisions/README.md"} <= names
    assert not [name for name in names if re.search(r"(^|/)(target|\.venv)/", name)]
