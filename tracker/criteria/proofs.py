"""Files that show that a commune has met a criterion: kept with the day that they speak for, seen by whoever sees the commune."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.criteria.sets import KnownCriterion
from tracker.models import CriterionAttainment, CriterionEvidence, Officer, StoredFile
from tracker.storage import Storage
from tracker.tasks.changing import known_id
from tracker.tasks.evidence import EvidenceRow, GivenFile, media_type_of
from tracker.tasks.files import Download, keep_file, safe_name
from tracker.tasks.history import Author


def keep_proofs(
    session: Session,
    storage: Storage,
    unit_id: int,
    criteria: Sequence[KnownCriterion],
    files: Sequence[GivenFile],
    *,
    author: Author,
    now: datetime,
) -> None:
    """Keep the files with each of the criteria that the unit holds now; `check_evidence` has taken them. Raises StorageError."""
    held = sa.select(col(CriterionAttainment.id)).where(
        col(CriterionAttainment.unit_id) == unit_id,
        col(CriterionAttainment.lost_on).is_(None),
        col(CriterionAttainment.criterion_id).in_([one.id for one in criteria]),
    )
    attainments = session.scalars(held.order_by(col(CriterionAttainment.id))).all()
    for one in files:
        sha256 = keep_file(session, storage, one.data, media_type=media_type_of(one), now=now)
        name = safe_name(one.name, instead="minh-chung")
        session.add_all(
            CriterionEvidence(
                attainment_id=known_id(attainment),
                sha256=sha256,
                file_name=name,
                author_id=author.word_of,
                given_at=now,
            )
            for attainment in attainments
        )
    session.flush()


def proofs_of(session: Session, unit_id: int) -> dict[int, list[EvidenceRow]]:
    """The files of a unit's criteria by attainment, oldest first."""
    query = sa.select(CriterionEvidence, col(StoredFile.media_type), col(StoredFile.size), col(Officer.post))
    query = query.join(StoredFile, col(StoredFile.sha256) == col(CriterionEvidence.sha256))
    query = query.join(Officer, col(Officer.id) == col(CriterionEvidence.author_id))
    query = query.join(CriterionAttainment, col(CriterionAttainment.id) == col(CriterionEvidence.attainment_id))
    found: dict[int, list[EvidenceRow]] = defaultdict(list)
    for one, media_type, size, post in session.execute(
        query.where(col(CriterionAttainment.unit_id) == unit_id).order_by(col(CriterionEvidence.id))
    ):
        row = EvidenceRow(known_id(one.id), one.file_name, media_type, size, one.given_at, post)
        found[one.attainment_id].append(row)
    return dict(found)


def find_proof(session: Session, unit_id: int, proof_id: int) -> Download | None:
    """One file of a unit that the reader may see, or None."""
    query = sa.select(col(CriterionEvidence.sha256), col(CriterionEvidence.file_name), col(StoredFile.media_type))
    query = query.join(StoredFile, col(StoredFile.sha256) == col(CriterionEvidence.sha256))
    query = query.join(CriterionAttainment, col(CriterionAttainment.id) == col(CriterionEvidence.attainment_id))
    row = session.execute(
        query.where(col(CriterionEvidence.id) == proof_id, col(CriterionAttainment.unit_id) == unit_id)
    ).first()
    return Download(*row) if row is not None else None
