"""Handing out stored files: always as a download, under a harmless name, of the kind that they are."""

from starlette.responses import FileResponse, Response

from tracker.tasks.board import find_task
from tracker.tasks.evidence import find_evidence
from tracker.tasks.files import Download, download_name
from tracker.tasks.scope import Scope
from tracker.web.answering import UnseenError
from tracker.web.site import Visit

# Whatever a stranger has put into the file, nothing of it runs in our name: not here, not in a frame, not by a guess.
DOWNLOAD_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


def attachment(visit: Visit, kept: Download) -> Response:
    """The stored file as a download. Whether the reader may see it was asked before. Raises UnseenError when it is gone."""
    file = visit.site.storage.path(kept.sha256)
    if not file.is_file():
        raise UnseenError
    name = download_name(kept.name, kept.media_type)
    return FileResponse(
        file, media_type=kept.media_type, filename=name, content_disposition_type="attachment", headers=DOWNLOAD_HEADERS
    )


def evidence_file(visit: Visit, scope: Scope, task_id: int, evidence_id: int) -> Response:
    """A piece of evidence, for whoever sees its task. Raises UnseenError."""
    with visit.read() as session:
        task = find_task(session, task_id, seen=scope.condition(), today=visit.today)
        kept = find_evidence(session, task_id, evidence_id) if task is not None else None
    if kept is None:
        raise UnseenError
    return attachment(visit, kept)
