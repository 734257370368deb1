"""Letters and the briefing as subject, text and HTML.

Fixed words stand in templates/ and wording.py; what joins optional facts into one phrase stands in rows.py, once for
the text and the HTML.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.config import data_folder
from tracker.notify.counting import counts_of, fitted, joined, listed, named
from tracker.notify.fitting import SUBJECT_LENGTH, cut, flat, one_line, wrapped
from tracker.notify.inlining import Inline
from tracker.notify.rows import Part, Seen, escaped, part
from tracker.notify.views import LetterView, OfficeView
from tracker.notify.wording import MANDATORY, ROLES, reason_roles, wording_of

PROGRAMME_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready for its envelope: one line of subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def render_letter(view: LetterView) -> Rendered:
    """The letter of one officer. Text and HTML say the same."""
    return rendered(view.kind, **_of_letter(view))


def render_signin(**values: object) -> Rendered:
    """The letter that carries a link which its receiver asked for (templates/mail/signin.*)."""
    return rendered("signin", **values)


def rendered(kind: str, **values: object) -> Rendered:
    """Subject, text and HTML out of templates/mail/KIND.*."""
    find = environment().get_template
    subject = one_line(find(f"mail/{kind}.subject.txt").render(values))
    text = wrapped(find(f"mail/{kind}.txt").render(values))
    html = find(f"mail/{kind}.html").render(values, subject=subject)
    return Rendered(subject, text, html)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Made once a process. Views are objects, never mappings: a field is found by plain getattr, and a misspelt one is
    an error."""
    environment = Environment(
        loader=FileSystemLoader(data_folder("templates")),
        autoescape=lambda name: name is not None and name.endswith((".html", ".svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=[Inline],
    )
    environment.getattr = getattr  # type: ignore[assignment]
    return environment


# -- letters -----------------------------------------------------------------------------------------------------------


def _of_letter(view: LetterView) -> dict[str, object]:
    counts, parts = counts_of(view), _parts(view)
    programme = programme_of(view.office.programme)
    when = f"tuần {view.week}" if view.week else view.today
    return {
        "view": view,
        "office": signing(view.office),
        "programme": programme,
        "when": when,
        "greeting": _greeting(view.addressee),
        "brief": fitted(counts, SUBJECT_LENGTH - len(f"[Đôn đốc {programme}]  – {when}")),
        "counts": joined(counts),
        "counted": listed(counts),
        "why": _why(view),
        "whose": _whose(view),
        "finished": named(view.finished),
        "liability": tuple((flat(quote), flat(source)) for quote, source in view.liability),
        "heard": view.heard,
        "undelivered": view.undelivered,
        "unread": view.unread,
        "how_to_answer": _how_to_answer(view),
        "parts": parts,
        "escaped_parts": tuple(map(escaped, parts)),
        "preheader": _preheader(parts),
        "is_mandatory": any(section.name in MANDATORY for section in view.sections),
    }


def _how_to_answer(view: LetterView) -> str:
    """Answers by mail with the number of a task of this letter; only where somebody reads them."""
    number = next((item.task_id for one in view.sections for group in one.groups for item in group.items), None)
    if not view.takes_answers or number is None:
        return ""
    lines = (
        f"xong {number}",
        f"{number}: 60%, vướng mặt bằng",
        f"{number} xin gia hạn đến 31/12/{view.today[-4:]} vì …",
    )
    return f", mỗi việc một dòng theo số của việc, ví dụ: “{'”, “'.join(lines)}”"


def signing(office: OfficeView) -> OfficeView:
    """Who signs, every name on one line."""
    return replace(office, name=flat(office.name), place=flat(office.place), telephone=flat(office.telephone))


def programme_of(name: str) -> str:
    """The word in the brackets of a subject."""
    return cut(flat(name), PROGRAMME_LENGTH)


def _greeting(addressee: str) -> str:
    post = flat(addressee)
    return post if post.lower().startswith("đồng chí") else f"Đồng chí {post}"


def _why(view: LetterView) -> str:
    """Why this person gets this letter."""
    unit = flat(view.unit)
    of_unit = f" của {unit}" if unit else ""
    roles = reason_roles(view.sections, view.roles)
    if not roles and not view.stands_in_for:
        roles = view.roles
    reasons = [ROLES[role].format(of_unit=of_unit, unit=unit or "đơn vị") for role in roles if role in ROLES]
    reasons += [f"được phân công thay đồng chí {flat(post)} trong thời gian vắng mặt" for post in view.stands_in_for]
    return ", đồng thời ".join(reasons) or "có tên trong danh sách phân công thực hiện"


def _whose(view: LetterView) -> str:
    """In whose tasks the letter counts: those of one unit, or all that the reader answers for."""
    owners = {item.owner for section in view.sections for group in section.groups for item in group.items}
    return f"giao cho {flat(owners.pop())}" if len(owners) == 1 else "thuộc trách nhiệm của đồng chí"


def _preheader(parts: Iterable[Part]) -> str:
    """What a list of letters shows behind the subject: the worst task."""
    rows = (row for part in parts for _, rows in part.groups for row in rows)
    return next((f"{row.title}: {row.standing}" for row in rows), "")


_SIGNS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def _parts(view: LetterView) -> tuple[Part, ...]:
    signs, seen = iter(_SIGNS), Seen()
    roles = (*view.roles, *view.acting_roles)
    return tuple(
        part(section, wording_of(section, roles), next(signs, "–"), seen, view.url) for section in view.sections
    )
