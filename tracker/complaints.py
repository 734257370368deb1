"""What a database complains of: one clear line that says what to do, for everything that a person can mend."""

import re

from sqlalchemy.exc import DBAPIError

from tracker.errors import DatabaseError

RESTARTED = "it was stopped or restarted, try again"
ROLE = "let the role own the database and its tables (ALTER DATABASE ... OWNER TO ...), or correct [database] url"
CONNECTIONS = "raise max_connections of the server, or run fewer workers"
START = "start the server, or correct [database] url"
WRITABLE = "make the file and its folder writable for this user"

# The codes of PostgreSQL (its appendix A); what a server says beside them may be in its own language.
STATES = {
    "53100": "free some space on the server of the database; nothing was changed",
    "53200": "its memory is used up; nothing was changed",
    "53300": CONNECTIONS,
    "42501": ROLE,
    "25006": "name the server that takes changes in [database] url, not its copy",
    "40001": "two processes were in each other's way; try again",
    "40P01": "two processes were in each other's way; try again",
    "25P03": "this process has stood still for too long; try again",
    "57014": "the server has cut it short; try again",
    "57P01": RESTARTED,
    "57P02": RESTARTED,
    "57P03": "it starts or stops just now, try again",
}
SIGNS = {
    # SQLite
    "database is locked": "another process holds it; try again, or stop that process",
    "readonly": WRITABLE,
    "read-only": WRITABLE,
    "disk is full": "free some space; nothing was changed",
    "disk I/O error": "check the disk; nothing was changed",
    "unable to open database file": "check that the folder exists and may be written",
    "file is not a database": "the file is damaged or not ours; restore a backup",
    "malformed": "the file is damaged; restore a backup",
    # PostgreSQL, before it lets us in: without a code, so by its words
    "No space left on device": STATES["53100"],
    "password authentication failed": "correct the password of the role in ~/.pgpass or PGPASSWORD",
    "no password supplied": "put the password of the role into ~/.pgpass or PGPASSWORD",
    r'role ".*" does not exist': "let the administrator make the role (createuser), or correct [database] url",
    r'database ".*" does not exist': "let the administrator make it (createdb), or correct [database] url",
    "no pg_hba.conf entry": "let the administrator let this machine and role in (pg_hba.conf of the server)",
    "too many connections|too many clients|connection slots are reserved": CONNECTIONS,
    "permission denied": ROLE,
    "the database system is": STATES["57P03"],
    "failed to resolve host|could not translate host name": "correct the host in [database] url, or the name server",
    "SSL": "correct sslmode in [database] url, or let the server speak TLS",
    "[Cc]onnection refused|connection failed|timeout expired|Multiple connection attempts": START,
    "connection is bad": "correct [database] url",
}


def complaint(error: DBAPIError) -> DatabaseError | None:
    """The line for what the driver says; None for what only a programmer can mend."""
    said = _said(error)
    advice = STATES.get(getattr(error.orig, "sqlstate", None) or "")
    advice = advice or next((words for sign, words in SIGNS.items() if re.search(sign, said)), None)
    if advice is None and error.connection_invalidated:
        advice = RESTARTED
    return DatabaseError(f"the database says: {said}; {advice}") if advice is not None else None


def _said(error: DBAPIError) -> str:
    """The first line; of a list of failures, one for each address of a host, all of it."""
    lines = str(error.orig or error).strip().splitlines() or [""]
    return " ".join(" ".join(lines).split()) if lines[0].endswith(":") else lines[0]
