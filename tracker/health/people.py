"""Who would not hear: open tasks without a contact, communes without an overseer, officers without an address."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.health.check import Check, Line, line
from tracker.models import Draft, DraftMention, DraftState, Finding, MentionRole, Officer, Role, Task, Unit
from tracker.people.officers import Chains, load_chains
from tracker.people.units import stands_on

REGISTER = line("correct the register and import it again")


def check_people(session: Session, *, today: date) -> list[Check]:
    """The four ways in which the register leaves somebody without a letter."""
    chains = load_chains(session, on=today)
    return [
        _owners(session, chains, today),
        _overseers(session, chains, today),
        _addresses(session, chains),
        _office(session, chains),
    ]


def _owners(session: Session, chains: Chains, today: date) -> Check:
    open_here = sa.select(col(Task.lead_unit_id)).where(
        col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None)
    )
    units = session.exec(select(Unit).where(col(Unit.id).in_(open_here)).order_by(col(Unit.code)))
    mute = [one.code for one in units if not chains.of(one.id, Role.CONTACT) and not chains.of(one.id, Role.HEAD)]
    well = line("every unit with open tasks has a contact or a head")
    return _verdict("owners", mute, well, "%(count)s units without contact and head: %(names)s")


def _overseers(session: Session, chains: Chains, today: date) -> Check:
    communes = session.exec(select(Unit).where(Unit.level == "commune", stands_on(today)).order_by(col(Unit.code)))
    without = [one.code for one in communes if not chains.of(one.id, Role.OVERSEER)]
    well = line("every commune has an overseer")
    return _verdict("overseers", without, well, "%(count)s communes without overseer: %(names)s")


def _addresses(session: Session, chains: Chains) -> Check:
    appointed = {officer for role in Role for officer in chains.anywhere(role)}
    silent = select(Officer).where(sa.or_(col(Officer.email).is_(None), col(Officer.email) == ""))
    without = [one.code for one in session.exec(silent.order_by(col(Officer.code))) if one.id in appointed]
    well = line("every officer with a role has an address")
    return _verdict("addresses", without, well, "%(count)s officers without address: %(names)s")


def _office(session: Session, chains: Chains) -> Check:
    missing = [str(role) for role in (Role.OFFICE, Role.CHAIR) if not chains.anywhere(role)]
    well = line("the standing office and the chair are named")
    return _verdict("office", missing, well, "%(count)s roles that nobody holds: %(names)s")


def _verdict(name: str, wrong: list[str], well: Line, ill: str) -> Check:
    if not wrong:
        return Check(name, True, (well,))
    return Check(name, False, (Line(ill, {"count": len(wrong), "names": tuple(wrong)}),), REGISTER)


def check_drafts(session: Session) -> Check:
    """Whether drafts wait for an owner; a draft whose owner is settled only waits to be confirmed."""
    owning = (MentionRole.LEAD, MentionRole.MEMBER)
    proposed = Draft.state == DraftState.PROPOSED
    waiting = session.exec(select(sa.func.count()).select_from(Draft).where(proposed)).one()
    settled = sa.select(col(DraftMention.draft_id)).where(col(DraftMention.role).in_(owning))
    open_owner = sa.or_(
        col(Draft.id).in_(settled.where(col(DraftMention.unit_id).is_(None))), col(Draft.id).not_in(settled)
    )
    unresolved = session.exec(select(sa.func.count()).select_from(Draft).where(proposed, open_owner)).one()
    asked = session.exec(select(sa.func.count()).select_from(Finding).where(col(Finding.ruled_at).is_(None))).one()
    found = (
        line("%(count)s drafts wait, %(ownerless)s of them without owner", count=waiting, ownerless=unresolved),
        line("%(count)s open questions", count=asked),
    )
    advice = line("'tracker notice show NUMBER', then 'tracker notice rule' or 'reject'") if unresolved else None
    return Check("drafts", not unresolved, found, advice)
