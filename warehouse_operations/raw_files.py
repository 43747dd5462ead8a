"""Functions about raw files and SQL that mapping checks call from SQL; see the macros of core/raw."""

import weakref
from collections.abc import Callable

import duckdb

# First bytes of a file → kind of the file. A file with other first bytes is text.
KINDS = {
    b"PAR1": "parquet",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",  # workbooks are zip archives
    b"\xd0\xcf\x11\xe0": "workbook",  # Excel up to 2003
    b"SQLite format 3": "sqlite",
    b"ARROW1": "arrow",
    b"ORC": "orc",
    b"Obj\x01": "avro",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"7z\xbc\xaf": "archive",
    b"Rar!": "archive",
    b"%PDF": "document",
    b"<": "markup",  # HTML tables are often named .xls or .csv
    b'{"': "json",
    b"[{": "json",
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_MARK = max(map(len, KINDS)) + len(BYTE_ORDER_MARK)


def file_kind(path: str) -> str:
    """Return the kind of a file by its first bytes: a value of ``KINDS`` or ``text``; ``forbidden`` if reading is not permitted.

    The kind of a file that Python can't open follows from its suffix.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(LONGEST_MARK)
    except PermissionError:
        return "forbidden"
    except OSError:  # a remote file, which only the engine can read
        return "parquet" if path.lower().endswith(".parquet") else "gzip" if path.lower().endswith(".gz") else "text"
    return next((kind for mark, kind in KINDS.items() if start.removeprefix(BYTE_ORDER_MARK).startswith(mark)), "text")


def error_finder(connection: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """Return a function that explains why a query can't run; empty if it can. The function plans the query and reads no rows.

    It holds only a weak reference to the connection, since it is registered with that connection.
    """
    known = weakref.ref(connection)

    def sql_error(query: str) -> str:
        current = known()
        if current is None:
            return ""
        try:
            with current.cursor() as cursor:
                cursor.execute(f"explain {query}")
        except duckdb.Error as error:
            return str(error).partition("\n\nLINE ")[0]
        return ""

    return sql_error
