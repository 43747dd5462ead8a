"""`python -m tests.prose [PATHS]`: check the prose of the project for banned phrases and long sentences.

The lint reads Markdown, the comments of SQL, Python, YAML and the Makefile, Python docstrings, and descriptions in YAML. Text in
backticks is code and isn't checked, so prose can quote a banned phrase. Python strings aren't checked either.

`proselint` was tried and isn't used: it reports typography (curly quotes) and none of the phrases below. `vale` downloads a
binary at run time, which CI can't.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).parent.parent
ROOTS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", ".github", "docs", "examples", "datasets", "benchmarks"),
    *("dbt_project.yml", "selectors.yml", "profiles.yml", "dbt-bouncer.yml", "dashboard", "macros", "models", "python_models"),
    *("seeds", "tests", "warehouse_operations"),
)
SKIPPED = {"target", "logs", "dbt_packages", "__pycache__", "node_modules"}  # folders that builds write

MOST_WORDS = 35  # per sentence, in the pages that newcomers read and in tables of docs
NEWCOMER_PAGES = ("README.md", "docs/start")  # prefixes of paths

# Banned phrases, each with its replacement. A phrase is a regular expression over lower-case text, between word boundaries.
PHRASES = {
    r"whoever|whomever": "a noun: 'customers who', 'users who'",
    r"nobody|no one": "'no customer', 'no reader', 'unknown customers'",
    r"everybody|everybody's": "'everyone' or 'all customers'",
    r"somebody": "'a customer', 'a person'",
    r"of whom": "a clause with a noun: 'customers with'",
    r"told": "'reported', 'stated' or 'distinguished'",
    r"bears?": "'has'",
    r"speaks? (?:of|for|to|about)": "'concerns', 'describes' or 'supports'",
    r"says? (?:nothing|little) (?:of|about|to)": "'has no information about'",
    r"says? (?:who|whom|what|which|whether|how|where|why|when|so)": "'states', 'shows' or 'defines'",
    r"stands? (?:in|on|beside|behind|for|at|by|under|alone|here|there)": "'is in', 'is beside', 'means', 'replaces'",
    r"(?:lies|lie|lay|lain) (?:in|on|behind|beside|before|within|at|apart|inside|above|below)": "'is in', 'is before', ...",
    r"go(?:es)? by": "'uses' or 'follows'",
    r"taken for|takes? (?:it|this|that|them|these|those) for": "'is treated as' or 'is read as'",
    r"taken over": "'copied'",
    r"held against|holds? \w+ against": "'compared with'",
    r"held back": "'withheld' or 'excluded'",
    r"hangs? on": "'depends on'",
    r"go(?:es)? on with": "'continues'",
    r"but for|save for": "'except for'",
    r"for want of": "'without'",
    r"lest": "'so that ... not'",
    r"hand(?:s|ed)? over": "'passes' or 'returns'",
    r"drawn to(?:wards?)?": "'shrunk to'",
    r"broken off|breaks? off": "'interrupted', 'ends'",
    r"laid bare|lays? bare": "'exposes'",
    r"at the door": "'in staging', 'on input'",
    r"(?:on|of|at|by|from) tune": "'on the tuning cutoffs'",
    r"found on tun\w+": "'chosen on the tuning cutoffs'",
    r"of which|by which": "a second sentence, or 'whose'",
    r"rungs?|ladders?": "'tier'",
    r"fates?": "'disposition'",
    r"learnt": "'learned'",
    r"data ?set files?": "'mapping file'",
    r"bands? of activity": "'activity band'",
    r"to be forgotten": "'erasure', 'requested erasure'",
    r"dear(?:er|est)": "'more expensive', 'most expensive'",
    r"anew|once more": "'again'",
    r"thereof|therein|thereby|whereby|wherein|whereof|hereby|herein": "a sentence with a noun",
    r"amongst": "'among'",
    r"whilst": "'while'",
    r"upon": "'on'",
    r"in order to": "'to'",
    r"prior to": "'before'",
    r"due to the fact that|owing to the fact that": "'because'",
    r"in the event that": "'if'",
    r"makes? use of|utili[sz]e[sd]?|leverages?": "'use'",
}
BANNED = {re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE): instead for phrase, instead in PHRASES.items()}
# A clause as subject, at the start of a sentence that isn't a question: "What a rule does is in the seed."
CLAUSE_AS_SUBJECT = re.compile(r"(?:^|(?<=[.!?] ))(?:What|Whatever|Who|Whom|Whose)\b[^.!?]*(?:[.!]|$)")
CLAUSE_INSTEAD = "a noun as subject: 'The seed states the action of each rule'"

SENTENCE_END = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.!?])[\"')*]*\s+")
CODE = re.compile(r"``[^`]*``|`[^`]*`")
LINK = re.compile(r"\]\([^)\s]*\)|<https?:[^>]*>|https?://\S+")
SQL_TOKEN = re.compile(r"'(?:[^'\n]|'')*'|\"[^\"\n]*\"|--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
PYTHON_TOKEN = re.compile(
    r'[rbuf]{0,2}"""(?:\\.|.)*?"""|[rbuf]{0,2}\'\'\'(?:\\.|.)*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*',
    re.DOTALL,
)
MARK = re.compile(r"^\s*(?:[-*+] |\d+\. |#+ |> |\|)")
HEADING = re.compile(r"\s*#+ ")
HASH_COMMENT = re.compile(r"(?:^|\s)#+ (.*)")
YAML_KEYS = {"description", "null_reason", "label", "reason", "title"}
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Lines = list[tuple[int, str]]


@dataclass(frozen=True)
class Finding:
    """A phrase or sentence to rewrite: path relative to the project, line (1 = first), the text, and what to write instead."""

    path: str
    line: int
    text: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text!r}; write {self.instead}"


def main(arguments: Sequence[str]) -> int:
    """Print the findings in the given paths, relative to the project, or in the whole project; return 0 if there are none."""
    paths = files(arguments or ROOTS)
    count = 0
    for path in paths:
        name = path.relative_to(PROJECT).as_posix()
        found = sorted(check(name, path.read_text(encoding="utf-8")), key=lambda finding: finding.line)
        count += len(found)
        for finding in found:
            print(finding)
    print(f"{count} findings in the prose of {len(paths)} files.")
    return int(count > 0)


def files(roots: Iterable[str]) -> list[Path]:
    """Return the files under `roots` that contain prose, sorted, without those in SKIPPED folders."""
    found = set()
    for root in roots:
        path = PROJECT / root
        if not path.exists():
            raise SystemExit(f"{root} doesn't exist.")
        found |= {path} if path.is_file() else {file for file in path.rglob("*") if file.is_file()}
    return sorted(path for path in found if (path.suffix in BLOCKS or path.name in BLOCKS) and not SKIPPED & set(path.parts))


def check(name: str, text: str) -> Iterator[Finding]:
    """Yield the findings in the text of a file.

    Parameters
    ----------
    name
        Path relative to the project. It decides how prose is extracted and whether sentences have a limit.
    text
        Content of the file.
    """
    path = Path(name)
    blocks = BLOCKS.get(path.suffix, BLOCKS.get(path.name))
    if blocks is None:
        return
    is_newcomer_page = name.startswith(NEWCOMER_PAGES) and path.suffix == ".md"
    for lines in blocks(text):
        joined, starts = joined_lines(lines)
        for expression, instead in BANNED.items():
            for match in expression.finditer(joined):
                yield Finding(name, line_at(match.start(), starts), match[0], instead)
        for match in CLAUSE_AS_SUBJECT.finditer(joined):
            yield Finding(name, line_at(match.start(), starts), shortened(match[0]), CLAUSE_INSTEAD)
        is_docs_table = name.startswith("docs/") and joined.endswith("|")
        if is_newcomer_page or is_docs_table:
            yield from long_sentences(name, joined, starts)


def long_sentences(name: str, joined: str, starts: list[tuple[int, int]]) -> Iterator[Finding]:
    """Yield the sentences of more than MOST_WORDS words. A cell of a table ends a sentence."""
    for cell in re.finditer(r"[^|]+", joined):
        position = cell.start()
        for sentence in SENTENCE_END.split(cell[0]):
            words = sum("_" not in word and any(map(str.isalnum, word)) for word in sentence.split())  # names aren't words
            if words > MOST_WORDS:
                line = line_at(joined.index(sentence, position), starts)
                yield Finding(name, line, f"{shortened(sentence)} ({words} words)", f"sentences of at most {MOST_WORDS} words")
            position = joined.index(sentence, position) + len(sentence)


def joined_lines(lines: Lines) -> tuple[str, list[tuple[int, int]]]:
    """Join the lines of a block, with code replaced by a placeholder; return the text and (offset, line) of each line."""
    parts, starts, offset = [], [], 0
    text_lines = without_code([text for _, text in lines])
    for (line, _), text in zip(lines, text_lines, strict=True):
        part = " ".join(MARK.sub("", text).split())
        if part:
            starts.append((offset, line))
            parts.append(part)
            offset += len(part) + 1
    return " ".join(parts), starts or [(0, lines[0][0])]


def without_code(lines: list[str]) -> list[str]:
    """Replace code and addresses in a block by placeholders of one word; the number of lines stays."""
    text = CODE.sub(lambda match: "`x`" + "\n" * match[0].count("\n"), "\n".join(lines))
    return LINK.sub("]", text).split("\n")


def line_at(offset: int, starts: list[tuple[int, int]]) -> int:
    """Return the line of the file at an offset of a joined block."""
    return next(line for start, line in reversed(starts) if start <= offset)


def shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def paragraphs(lines: Lines) -> Iterator[Lines]:
    """Divide lines into blocks at empty lines, gaps, list items, headings and table rows."""
    block: Lines = []
    for line, text in lines:
        if block and (not text.strip() or line > block[-1][0] + 1 or MARK.match(text) or HEADING.match(block[-1][1])):
            yield block
            block = []
        if text.strip():
            block.append((line, text))
    if block:
        yield block


def markdown_blocks(text: str) -> Iterator[Lines]:
    """Yield paragraphs, list items, headings and table rows of Markdown; code blocks and HTML comments are left out."""
    kept: Lines = []
    is_code = False
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*(```|~~~)", line):
            is_code = not is_code
            kept.append((number, ""))
        elif is_code or line.lstrip().startswith(("<!--", "{%")):
            kept.append((number, ""))
        else:
            kept.append((number, line))
    yield from paragraphs(kept)


def sql_blocks(text: str) -> Iterator[Lines]:
    """Yield SQL and Jinja comments; consecutive comment lines are one block."""
    lines: Lines = []
    for match in SQL_TOKEN.finditer(text):
        comment = match[0]
        if comment[0] in "'\"":
            continue
        is_trailing = bool(text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip())
        first = text.count("\n", 0, match.start()) + 1
        body = re.sub(r"^(--+|/\*+|\{#-?)|(\*+/|-?#\})$", "", comment)
        found = [(first + number, line) for number, line in enumerate(body.split("\n"))]
        if is_trailing or not comment.startswith("--"):
            yield from paragraphs(lines)
            yield from paragraphs(found)
            lines = []
        else:
            lines += found
    yield from paragraphs(lines)


def python_blocks(text: str) -> Iterator[Lines]:
    """Yield comments and docstrings; consecutive comment lines are one block."""
    lines: Lines = []
    for match in PYTHON_TOKEN.finditer(text):
        token = match[0]
        first = text.count("\n", 0, match.start()) + 1
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if token.startswith("#"):
            if before.strip():
                yield [(first, token.lstrip("# "))]
            else:
                lines.append((first, token.lstrip("# ")))
        elif token.endswith('"""') and not before.strip() and is_docstring(text[: match.start()]):
            body = token[token.index('"""') + 3 : -3]
            yield from paragraphs([(first + n, re.sub(r"^\s*-{3,}$", "", line)) for n, line in enumerate(body.split("\n"))])
    yield from paragraphs(lines)


def is_docstring(before: str) -> bool:
    """Return whether a string that starts a line is a docstring, given the text before it."""
    code = re.sub(r"^\s*#[^\n]*\n?", "", before.rstrip(), flags=re.MULTILINE).rstrip()
    return not code or code.endswith(":")


def yaml_blocks(text: str) -> Iterator[Lines]:
    """Yield comments and the texts of YAML_KEYS."""
    yield from hash_comments(text)
    if any(f"{key}:" in text for key in YAML_KEYS):
        for document in yaml.compose_all(text, YAML_LOADER):
            yield from described(document, text)


def hash_comments(text: str) -> Iterator[Lines]:
    """Yield comments that start with #, also the help texts of a Makefile; consecutive comment lines are one block."""
    lines: Lines = []
    for number, row in enumerate(text.splitlines(), start=1):
        match = HASH_COMMENT.search(row)
        if match and row.lstrip().startswith("#"):
            lines.append((number, match[1]))
        elif match:
            yield [(number, match[1])]
    yield from paragraphs(lines)


def described(node: yaml.Node | None, text: str) -> Iterator[Lines]:
    """Yield the texts of YAML_KEYS below a node of a file's text, without Jinja expressions."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in YAML_KEYS and isinstance(value, yaml.ScalarNode):
                raw = re.sub(r"^[>|][-+]?|\{\{.*?\}\}", "", text[value.start_mark.index : value.end_mark.index])
                first = value.start_mark.line + 1
                yield from paragraphs([(first + number, line.strip(" \"'")) for number, line in enumerate(raw.split("\n"))])
            else:
                yield from described(value, text)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from described(value, text)


BLOCKS = {
    ".md": markdown_blocks,
    ".sql": sql_blocks,
    ".py": python_blocks,
    ".yml": yaml_blocks,
    "Makefile": hash_comments,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
