"""What the tests of the mailbox share: an office that asks for answers by mail, and a letter of its own to answer."""

import email
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import select

from tests.cast import CALENDAR, Office
from tests.days import DUE, noon
from tracker.config import Config, Inbox, Web
from tracker.config import Database as DatabaseSection
from tracker.config import Mail as MailSection
from tracker.mailbox.collecting import collect
from tracker.mailbox.waiting import WaitingMail, list_waiting
from tracker.models import Message, MessageBody, Officer
from tracker.notify.sweep import sweep
from tracker.notify.weekly import post_digests
from tracker.people.links import make_web_secret

MONDAY = date(2020, 7, 6)
ANSWERED = noon(date(2020, 7, 7))


@dataclass
class Post:
    """The office's mail: its configuration, its letters, and what comes back."""

    office: Office
    folder: Path
    config: Config

    def digests(self, on: date = MONDAY) -> None:
        year, week, _ = on.isocalendar()
        of_day = {"config": self.config, "calendar": CALENDAR, "today": on, "now": noon(on)}
        with self.office.write() as session:
            post_digests(session, period=f"{year}-W{week:02}", **of_day)
            sweep(session, **of_day)

    def letter(self, code: str) -> EmailMessage:
        """The newest letter of an officer as it goes out."""
        with self.office.read() as session:
            query = select(MessageBody.content).join(Message).join(Officer).where(Officer.code == code)
            raw = session.exec(query.order_by(Message.id.desc())).first()
        assert raw is not None, f"{code} has no letter"
        message = email.message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def text(self, code: str) -> str:
        part = self.letter(code).get_body(("plain",))
        assert part is not None
        return " ".join(str(part.get_content()).split())

    def reply(
        self, code: str, words: str, *, sender: str | None = None, to: str | None = None, number: int = 1
    ) -> bytes:
        """An answer to the newest letter of an officer, as their program would send it."""
        message = EmailMessage(policy=policy.SMTP)
        letter = self.letter(code)
        message["From"] = f"Người trả lời <{sender or f'{code}@huyen.invalid'}>"
        message["To"] = to or str(letter["Reply-To"])
        message["Subject"] = f"Re: {letter['Subject']}"
        message["Message-ID"] = f"<{code}-{number}@huyen.invalid>"
        message["Date"] = "Tue, 07 Jul 2020 08:00:00 +0700"
        quoted = "\n".join(f"> {line}" for line in self.text(code).split(". "))
        message.set_content(
            f"{words}\n\nVào Th 2, 6 thg 7, 2020 lúc 07:00 Đôn Đốc <don-doc@huyen.example> đã viết:\n{quoted}\n"
        )
        return message.as_bytes()

    def comes(self, *mails: bytes, at: datetime = ANSWERED) -> dict[str, int]:
        """Take mails out of a folder; how many of each kind."""
        inbox = self.folder / "came"
        inbox.mkdir(exist_ok=True)
        for number, mail in enumerate(mails):
            (inbox / f"{number:03}.eml").write_bytes(mail)
        return dict(collect(self.office.database, self.config, folder=inbox, now=at))

    def waiting(self) -> list[WaitingMail]:
        with self.office.read() as session:
            return list_waiting(session)


@pytest.fixture
def post(office: Office, tmp_path: Path) -> Post:
    config = Config(
        database=DatabaseSection(url=str(office.database.url)),
        mail=MailSection(folder=tmp_path / "mail", sender="Đôn Đốc <don-doc@huyen.example>"),
        inbox=Inbox(transport="folder", folder=tmp_path / "inbox", address="don-doc@huyen.example"),
        web=Web(secret_file=tmp_path / "web.secret"),
    )
    make_web_secret(config.web)
    return Post(office, tmp_path, config)


@pytest.fixture
def asked(post: Post) -> tuple[Post, int]:
    """The contact of An Bình was told on Monday of a task that is late; its number."""
    task = post.office.task(due_on=DUE)
    post.digests()
    return post, task
