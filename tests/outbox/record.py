"""What was sent held against what was written down: no letter lost, none doubled without a receipt that says why."""

from collections import Counter

from sqlmodel import select

from tracker.db import Database
from tracker.models import Message, MessageState, Receipt


def check_record(database: Database, taken: Counter[str], *, lived_on: bool = False) -> Counter[str]:
    """`taken` is how often the server took each Message-ID. Every letter was taken, once and once more at most for each
    receipt "lost"; returns what was doubled. lived_on: no worker died; one whose lease was ended by a jump of the clock
    writes down what the server has told it, so that every single taking is on record."""
    with database.read() as session:
        letters = dict(session.exec(select(Message.message_id, Message.id)).all())
        outcomes = Counter(session.exec(select(Receipt.message_id, Receipt.outcome)).all())
        states = Counter(session.exec(select(Message.state)).all())
    assert set(taken) == set(letters), "none lost, none from nowhere"
    for message_id, letter in letters.items():
        assert outcomes[letter, "accepted"] == (taken[message_id] if lived_on else 1)
        assert taken[message_id] <= 1 + outcomes[letter, "lost"], "doubled only where no answer was written down"
    assert states == {MessageState.SENT: len(letters)}
    return taken - Counter(dict.fromkeys(taken, 1))
