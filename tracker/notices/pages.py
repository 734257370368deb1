"""The pages of a stored paper: where each begins, which one a draft stands on, and the kept picture of a scanned one."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from tracker.models import Draft, Notice, NoticePage


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page: its number from 1, its stretch of Notice.text in characters, and whether a picture of it is kept."""

    number: int
    start: int
    end: int
    has_image: bool


def pages_of(session: Session, notice_id: int) -> tuple[PaperPage, ...]:
    """The pages of a notice in their order; none for plain text and Word, which know no pages."""
    text = session.exec(select(Notice.text).where(Notice.id == notice_id)).one_or_none() or ""
    rows = session.exec(
        select(NoticePage).where(NoticePage.notice_id == notice_id).order_by(col(NoticePage.number))
    ).all()
    ends = [row.start for row in rows[1:]] + [len(text)]
    return tuple(
        PaperPage(row.number, row.start, end, row.image is not None) for row, end in zip(rows, ends, strict=False)
    )


def page_at(pages: tuple[PaperPage, ...], offset: int) -> PaperPage | None:
    """The page on which the character at `offset` stands; None when the paper has no pages."""
    return next((page for page in reversed(pages) if page.start <= offset), None)


def page_of_draft(session: Session, notice_id: int, position: int) -> PaperPage | None:
    """The page on which the words of a draft begin; None for a paper without pages or a draft that is not there."""
    start = session.exec(select(Draft.start).where(Draft.notice_id == notice_id, Draft.position == position)).first()
    return page_at(pages_of(session, notice_id), start) if start is not None else None


def page_image(session: Session, notice_id: int, number: int, *, folder: Path) -> Path | None:
    """The JPEG file with the upright page `number` of a scan, in the `folder` of [notices] pages_folder; None when no
    picture was kept (a page with words of its own) or its file is gone."""
    image = session.exec(
        select(NoticePage.image).where(NoticePage.notice_id == notice_id, NoticePage.number == number)
    ).first()
    if image is None or Path(image).name != image:
        return None
    file = folder / image
    return file if file.is_file() else None
