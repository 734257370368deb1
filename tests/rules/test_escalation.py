"""The ladder as a table: for each day the reason, the rung, who hears it, and under which key."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from tests.rules import (
    CALENDAR,
    CHAIN,
    CHAIR,
    CONTACT,
    HEAD,
    LADDER,
    OFFICE,
    OVERSEER,
    SECOND_OVERSEER,
    SWAPPED_2019,
)
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import (
    EARLY,
    HEIGHT,
    SPOKEN,
    Acknowledged,
    Chain,
    Ladder,
    Reason,
    Rung,
    RungName,
    Target,
    TaskFacts,
    decide,
    is_stale,
    said_key,
)

DUE = date(2020, 6, 30)  # a Tuesday
EXTENDED = date(2020, 7, 31)  # a Friday
BOTH_OVERSEERS = (OVERSEER, SECOND_OVERSEER)
EVERYBODY = (CONTACT, HEAD, *BOTH_OVERSEERS, OFFICE, CHAIR)
TASK = TaskFacts(task_id=1, due_on=DUE, chain=CHAIN)
MILESTONE = replace(TASK, is_milestone=True)
UNDATED = replace(TASK, due_on=None, confirmed_on=date(2020, 6, 1))
POLICY = replace(TASK, is_policy=True, due_on=None)

REMINDED = {(CONTACT, f"remind-{days}@2020-06-30#0") for days in (7, 3, 1)}
HEAD_TOLD = {(CONTACT, "head@2020-06-30#0"), (HEAD, "head@2020-06-30#0")}
OVERSEERS_TOLD = {(one, "overseer@2020-06-30#0") for one in BOTH_OVERSEERS}
WARNED = {(one, "overseer-forecast@2020-06-30#0") for one in BOTH_OVERSEERS}
OFFICE_TOLD = {(OFFICE, "office@2020-06-30#0")}


def june(day: int) -> date:
    return date(2020, 6, day)


def july(day: int) -> date:
    return date(2020, 7, day)


def told(facts: TaskFacts, *heard: set[tuple[int, str]]) -> TaskFacts:
    return replace(facts, said=facts.said.union(*heard))


def noted(officer: int, expires_on: date, due_on: date | None = DUE) -> Acknowledged:
    return Acknowledged(officer, due_on, expires_on)


def words(verdict) -> set[tuple[int, str]]:
    return {(intent.officer_id, intent.key) for intent in verdict.intents}


def height(verdict) -> int:
    return -1 if verdict.rung is None else HEIGHT[verdict.rung]


@dataclass
class Memory:
    """One task swept day after day; remembers what was said on which day."""

    facts: TaskFacts
    calendar: WorkingCalendar = CALENDAR
    ladder: Ladder = LADDER
    diary: dict[date, set[tuple[int, str]]] = field(default_factory=dict)

    def sweep(self, first: date, last: date | None = None) -> "Memory":
        day = first
        while day <= (last or first):
            verdict = decide(self.facts, self.ladder, self.calendar, day)
            if verdict.intents:
                self.diary[day] = self.diary.get(day, set()) | words(verdict)
                self.facts = told(self.facts, words(verdict))
            day += timedelta(days=1)
        return self


# --- what is said ----------------------------------------------------------------------------------------------------

REMIND, AT_HEAD, AT_OVERSEER, AT_OFFICE = RungName.REMIND, RungName.HEAD, RungName.OVERSEER, RungName.OFFICE


def spoken(sentence, facts, today, reason, rung, who, key, calendar=CALENDAR):
    return pytest.param(facts, today, reason, rung, {(one, key) for one in who}, calendar, id=sentence)


def due(day: date) -> TaskFacts:
    return replace(TASK, due_on=day)


def reminder(sentence, facts, today, step):
    return spoken(sentence, facts, today, Reason.DUE_SOON, REMIND, [CONTACT], f"remind-{step}@{facts.due_on}#0")


def climb(sentence, due_on, at_head, at_overseer, at_office, calendar=CALENDAR):
    """One row for each rung above the reminders, on the first day that it speaks."""
    rungs = [
        ("head", at_head, AT_HEAD, [CONTACT, HEAD]),
        ("overseer", at_overseer, AT_OVERSEER, BOTH_OVERSEERS),
        ("office", at_office, AT_OFFICE, [OFFICE]),
    ]
    return [
        spoken(f"{sentence}: {step}", due(due_on), day, Reason.OVERDUE, rung, who, f"{step}@{due_on}#0", calendar)
        for step, day, rung, who in rungs
    ]


# fmt: off
SPEAKS = [
    reminder("7 working days before the date, over a weekend", TASK, june(19), 7),
    reminder("6 days before, the reminder of day 7 is caught up", TASK, june(22), 7),
    reminder("4 days before it is still the reminder of day 7", TASK, june(24), 7),
    reminder("3 working days before the date", TASK, june(25), 3),
    reminder("2 days before it is still the reminder of day 3", TASK, june(26), 3),
    reminder("1 working day before the date", TASK, june(29), 1),
    reminder("the day of the deadline is in time and gets a reminder, no slip", TASK, june(30), 1),
    reminder("the day before a date on a Monday is Friday", due(july(6)), july(3), 1),
    reminder("before a date after Tết the last reminder comes after Tết", due(date(2020, 1, 31)), date(2020, 1, 30), 1),
    reminder("before a date after Tết the middle one comes before Tết", due(date(2020, 1, 31)), date(2020, 1, 21), 3),
    reminder("before a date after Tết the first one comes well before Tết", due(date(2020, 1, 31)), date(2020, 1, 15), 7),
    reminder("for a date on a Saturday the Friday before still reminds", due(july(11)), july(10), 1),
    reminder("for a date on a holiday the day before still reminds", due(date(2020, 9, 2)), date(2020, 9, 1), 1),
    *climb("due Tuesday 30/06/2020", DUE, july(1), july(3), july(7)),
    *climb("due on a Friday", july(10), july(13), july(15), july(17)),
    *climb("due on a Saturday", july(11), july(13), july(15), july(17)),
    *climb("due on a Sunday", july(12), july(13), july(15), july(17)),
    *climb("due on 02/09", date(2020, 9, 2), date(2020, 9, 3), date(2020, 9, 7), date(2020, 9, 9)),
    *climb("due on the eve of 30/04", date(2020, 4, 29), date(2020, 5, 4), date(2020, 5, 6), date(2020, 5, 8)),
    *climb("due on 01/05", date(2020, 5, 1), date(2020, 5, 4), date(2020, 5, 6), date(2020, 5, 8)),
    *climb("due on the eve of Tết", date(2020, 1, 22), date(2020, 1, 30), date(2020, 2, 3), date(2020, 2, 5)),
    *climb("due within Tết", date(2020, 1, 27), date(2020, 1, 30), date(2020, 2, 3), date(2020, 2, 5)),
    *climb(
        "due before a Monday off and a worked Saturday",
        date(2019, 4, 26), date(2019, 5, 2), date(2019, 5, 4), date(2019, 5, 7), SWAPPED_2019,
    ),
    spoken(
        "the second day after the date still belongs to the head",
        TASK, july(2), Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "the fourth day after the date still belongs to the overseers",
        TASK, july(6), Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "half a year after the date it is the office, not the chair",
        TASK, date(2020, 12, 31), Reason.OVERDUE, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "a milestone slips like a task",
        MILESTONE, july(3), Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "a milestone's forecast behind its date warns the overseers long before the date",
        replace(MILESTONE, forecast_on=july(1)), june(1),
        Reason.FORECAST_LATE, AT_OVERSEER, BOTH_OVERSEERS, "overseer-forecast@2020-06-30#0",
    ),
    spoken(
        "warned overseers leave the owner's reminders going",
        told(replace(MILESTONE, forecast_on=july(1)), WARNED), june(25),
        Reason.DUE_SOON, AT_OVERSEER, [CONTACT], "remind-3@2020-06-30#0",
    ),
    spoken(
        "warned overseers leave the head's turn after the date",
        told(replace(MILESTONE, forecast_on=july(31)), WARNED), july(1),
        Reason.OVERDUE, AT_OVERSEER, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "the early warning has its own key, so the slip itself is told again",
        told(replace(MILESTONE, forecast_on=july(31)), WARNED, HEAD_TOLD), july(3),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "more than 3 unanswered reminders reach the office before the date",
        replace(TASK, unanswered=4), june(1), Reason.UNANSWERED, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "more than 3 unanswered reminders reach the office without any date",
        replace(UNDATED, unanswered=4), june(2), Reason.UNANSWERED, AT_OFFICE, [OFFICE], "office@-#0",
    ),
    spoken(
        "three unanswered reminders are not more than three",
        replace(TASK, unanswered=3), june(29), Reason.DUE_SOON, REMIND, [CONTACT], "remind-1@2020-06-30#0",
    ),
    spoken(
        "a promise leaves the reminders before the date going",
        replace(TASK, last_report_on=june(24), promised_on=june(29)), june(25),
        Reason.DUE_SOON, REMIND, [CONTACT], "remind-3@2020-06-30#0",
    ),
    spoken(
        "a report without a promise does not spare the head",
        replace(TASK, last_report_on=june(30)), july(1), Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "a report made on the day of the deadline does not restart the overseers' three days",
        replace(TASK, last_report_on=june(30)), july(3),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "three days after a report made after the date the overseers hear",
        told(replace(TASK, last_report_on=july(1)), HEAD_TOLD), july(6),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "a promise never spares the office",
        told(replace(TASK, last_report_on=july(6), promised_on=july(10)), HEAD_TOLD, OVERSEERS_TOLD), july(7),
        Reason.OVERDUE, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "a promise never spares the office of unanswered reminders",
        replace(TASK, last_report_on=june(30), promised_on=july(3), unanswered=4), july(1),
        Reason.UNANSWERED, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "the day after a broken promise the head hears",
        replace(TASK, last_report_on=june(29), promised_on=july(1)), july(2),
        Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "the day after a broken promise the overseers hear when their day has come",
        replace(TASK, last_report_on=june(29), promised_on=july(2)), july(3),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "a promise far ahead is good for 5 working days after the report, not longer",
        replace(TASK, last_report_on=june(24), promised_on=july(31)), july(2),
        Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "an acknowledgement silences one overseer only",
        replace(TASK, acknowledgements=(noted(OVERSEER, july(10)),)), july(3),
        Reason.OVERDUE, AT_OVERSEER, [SECOND_OVERSEER], "overseer@2020-06-30#0",
    ),
    spoken(
        "an acknowledgement of the old date does not cover the new one",
        replace(due(july(10)), acknowledgements=(noted(OVERSEER, july(31)), noted(SECOND_OVERSEER, july(31)))), july(15),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-07-10#0",
    ),
    spoken(
        "an acknowledgement by somebody else than an overseer silences nobody",
        replace(TASK, acknowledgements=(noted(HEAD, july(10)), noted(OFFICE, july(10)))), july(3),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "an acknowledgement never spares the office",
        told(replace(TASK, acknowledgements=tuple(noted(one, july(10)) for one in BOTH_OVERSEERS)), HEAD_TOLD), july(7),
        Reason.OVERDUE, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "when an acknowledgement has run out, that overseer hears again, in the next round",
        told(
            replace(TASK, chain=replace(CHAIN, office=()), acknowledgements=(noted(OVERSEER, july(10)),)),
            HEAD_TOLD, OVERSEERS_TOLD,
        ),
        july(13), Reason.OVERDUE, AT_OVERSEER, [OVERSEER], "overseer@2020-06-30#1",
    ),
    spoken(
        "when an acknowledgement has run out, that overseer hears again although the office has spoken since",
        told(replace(TASK, acknowledgements=(noted(OVERSEER, july(10)),)), HEAD_TOLD, OVERSEERS_TOLD, OFFICE_TOLD),
        july(13), Reason.OVERDUE, AT_OFFICE, [OVERSEER], "overseer@2020-06-30#1",
    ),
    spoken(
        "when a second acknowledgement has run out, the third round begins",
        told(
            replace(TASK, acknowledgements=(noted(OVERSEER, july(10)), noted(OVERSEER, july(20)))),
            OVERSEERS_TOLD, OFFICE_TOLD, {(OVERSEER, "overseer@2020-06-30#1")},
        ),
        july(21), Reason.OVERDUE, AT_OFFICE, [OVERSEER], "overseer@2020-06-30#2",
    ),
    spoken(
        "a slip acknowledged before any letter is told when the acknowledgement has run out",
        told(replace(TASK, acknowledgements=(noted(OVERSEER, july(10)),)), OFFICE_TOLD), july(13),
        Reason.OVERDUE, AT_OFFICE, [OVERSEER], "overseer@2020-06-30#1",
    ),
    spoken(
        "a new overseer hears what the others have heard",
        told(TASK, HEAD_TOLD, {(OVERSEER, "overseer@2020-06-30#0")}), july(6),
        Reason.OVERDUE, AT_OVERSEER, [SECOND_OVERSEER], "overseer@2020-06-30#0",
    ),
    spoken(
        "without a contact the head gets the reminders",
        replace(TASK, chain=replace(CHAIN, contact=())), june(29),
        Reason.DUE_SOON, REMIND, [HEAD], "remind-1@2020-06-30#0",
    ),
    spoken(
        "without a contact the head hears of a slip once, not twice",
        replace(TASK, chain=replace(CHAIN, contact=())), july(1), Reason.OVERDUE, AT_HEAD, [HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "without a head the contact alone hears of a slip",
        replace(TASK, chain=replace(CHAIN, head=())), july(1), Reason.OVERDUE, AT_HEAD, [CONTACT], "head@2020-06-30#0",
    ),
    spoken(
        "without overseers their rung is passed over and the head's still speaks",
        replace(TASK, chain=replace(CHAIN, overseer=())), july(6),
        Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "without an office its rung is passed over and the overseers' still speaks",
        replace(TASK, chain=replace(CHAIN, office=())), july(7),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "without an office unanswered reminders leave the next reminder going",
        replace(TASK, chain=replace(CHAIN, office=()), unanswered=9), june(29),
        Reason.DUE_SOON, REMIND, [CONTACT], "remind-1@2020-06-30#0",
    ),
    spoken(
        "after an extension the new date reminds, whatever was said for the old one",
        told(due(EXTENDED), REMINDED, HEAD_TOLD, OVERSEERS_TOLD, OFFICE_TOLD), july(30),
        Reason.DUE_SOON, REMIND, [CONTACT], "remind-1@2020-07-31#0",
    ),
    spoken(
        "after an extension the head hears anew",
        told(due(EXTENDED), REMINDED, HEAD_TOLD, OVERSEERS_TOLD, OFFICE_TOLD), date(2020, 8, 3),
        Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-07-31#0",
    ),
    spoken(
        "a part of the commune's milestone is told to its own unit",
        replace(TASK, is_muted=True), july(1), Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "a part of the commune's milestone, missed while the machine was off, is still told to its own unit",
        replace(TASK, is_muted=True), july(8), Reason.OVERDUE, AT_OFFICE, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
    spoken(
        "letters that nobody answers reach the office also about a part",
        replace(TASK, is_muted=True, unanswered=4), june(1), Reason.UNANSWERED, AT_OFFICE, [OFFICE], "office@2020-06-30#0",
    ),
    spoken(
        "the day after a hold has ended the highest rung speaks",
        replace(TASK, is_held=True, held_until=july(2)), july(3),
        Reason.OVERDUE, AT_OVERSEER, BOTH_OVERSEERS, "overseer@2020-06-30#0",
    ),
    spoken(
        "a returned claim is open again and the highest rung speaks",
        told(replace(TASK, done_on=None, last_report_on=june(29)), REMINDED), july(1),
        Reason.OVERDUE, AT_HEAD, [CONTACT, HEAD], "head@2020-06-30#0",
    ),
]
# fmt: on


@pytest.mark.parametrize(("facts", "today", "reason", "rung", "heard", "calendar"), SPEAKS)
def test_it_is_said(facts, today, reason, rung, heard, calendar):
    verdict = decide(facts, LADDER, calendar, today)
    assert (verdict.reason, verdict.rung, words(verdict)) == (reason, rung, heard)
    assert {intent.reason for intent in verdict.intents} == {reason}
    assert {(intent.task_id, intent.due_on) for intent in verdict.intents} == {(1, facts.due_on)}
    assert len(verdict.intents) == len(heard)


def test_early_warning_and_reminder_of_one_day_are_two_things_to_say():
    facts = replace(MILESTONE, forecast_on=july(15))
    verdict = decide(facts, LADDER, CALENDAR, june(19))
    assert (verdict.reason, verdict.rung) == (Reason.FORECAST_LATE, RungName.OVERSEER)
    assert words(verdict) == WARNED | {(CONTACT, "remind-7@2020-06-30#0")}
    assert {(one.officer_id, one.rung, one.reason) for one in verdict.intents} == {
        (OVERSEER, RungName.OVERSEER, Reason.FORECAST_LATE),
        (SECOND_OVERSEER, RungName.OVERSEER, Reason.FORECAST_LATE),
        (CONTACT, RungName.REMIND, Reason.DUE_SOON),
    }


def test_the_office_and_an_overseer_whose_acknowledgement_ran_out_hear_on_one_day():
    facts = told(replace(TASK, acknowledgements=(noted(OVERSEER, july(10)),)), HEAD_TOLD, OVERSEERS_TOLD)
    verdict = decide(facts, LADDER, CALENDAR, july(13))
    assert (verdict.reason, verdict.rung) == (Reason.OVERDUE, RungName.OFFICE)
    assert {(one.officer_id, one.rung, one.key) for one in verdict.intents} == {
        (OFFICE, RungName.OFFICE, "office@2020-06-30#0"),
        (OVERSEER, RungName.OVERSEER, "overseer@2020-06-30#1"),
    }


# --- what is not said, and why ---------------------------------------------------------------------------------------


def silent(sentence, facts, today, reason, rung=None, calendar=CALENDAR):
    return pytest.param(facts, today, reason, rung, calendar, id=sentence)


ALL_NOTED = tuple(noted(one, july(10)) for one in BOTH_OVERSEERS)
ALL_TOLD = told(TASK, REMINDED, HEAD_TOLD, OVERSEERS_TOLD, OFFICE_TOLD)

# fmt: off
IS_SILENT = [
    silent("a closed task", replace(TASK, is_closed=True), july(7), Reason.CLOSED),
    silent("a closed task on a Sunday", replace(TASK, is_closed=True), july(5), Reason.CLOSED),
    silent("a closed policy", replace(POLICY, is_closed=True), july(7), Reason.CLOSED),
    silent(
        "a closed task with an early warning, a hold and unanswered reminders",
        replace(MILESTONE, is_closed=True, forecast_on=july(9), unanswered=9, is_held=True), june(29), Reason.CLOSED,
    ),
    silent("a policy", POLICY, july(7), Reason.POLICY),
    silent("a policy with a date long past", replace(POLICY, due_on=DUE, unanswered=9), july(7), Reason.POLICY),
    silent("Saturday", TASK, july(4), Reason.NOT_A_WORKING_DAY),
    silent("Sunday", replace(TASK, unanswered=9), july(5), Reason.NOT_A_WORKING_DAY),
    silent("the day of a deadline on a holiday", due(date(2020, 9, 2)), date(2020, 9, 2), Reason.NOT_A_WORKING_DAY),
    silent("the last day of Tết", due(date(2020, 1, 22)), date(2020, 1, 29), Reason.NOT_A_WORKING_DAY),
    silent("Labour Day", due(date(2020, 4, 29)), date(2020, 5, 1), Reason.NOT_A_WORKING_DAY),
    silent(
        "a Monday given off", due(date(2019, 4, 26)), date(2019, 4, 29), Reason.NOT_A_WORKING_DAY, calendar=SWAPPED_2019
    ),
    silent("a hold without an end", replace(TASK, is_held=True), july(7), Reason.HELD),
    silent("the last day of a hold", replace(TASK, is_held=True, held_until=july(7)), july(7), Reason.HELD),
    silent("a hold also of unanswered reminders", replace(TASK, is_held=True, unanswered=9), june(29), Reason.HELD),
    silent("a claim made in time", replace(TASK, done_on=june(29)), july(7), Reason.AWAITING_VERIFICATION),
    silent("a claim made late", replace(TASK, done_on=july(2)), july(7), Reason.AWAITING_VERIFICATION),
    silent("a claim for a task without a date", replace(UNDATED, done_on=june(2)), july(7), Reason.AWAITING_VERIFICATION),
    silent("no date", UNDATED, june(2), Reason.NO_DEADLINE),
    silent("no date and exactly three unanswered", replace(UNDATED, unanswered=3), june(2), Reason.NO_DEADLINE),
    silent("no date, 19 working days after it was confirmed", UNDATED, june(26), Reason.NO_DEADLINE),
    silent("no date, 20 working days after it was confirmed", UNDATED, june(29), Reason.STALE),
    silent(
        "no date, 20 working days after it was confirmed but reported since",
        replace(UNDATED, last_report_on=june(2)), june(29), Reason.NO_DEADLINE,
    ),
    silent(
        "no date, 20 working days after the last report",
        replace(UNDATED, last_report_on=june(2)), june(30), Reason.STALE,
    ),
    silent("a forecast means nothing without a date", replace(UNDATED, is_milestone=True, forecast_on=july(9)), june(2),
           Reason.NO_DEADLINE),
    silent("8 working days before the date", TASK, june(18), Reason.NOT_YET),
    silent("a date next year", due(date(2021, 6, 30)), june(30), Reason.NOT_YET),
    silent("a forecast on the date itself", replace(MILESTONE, forecast_on=DUE), june(1), Reason.NOT_YET),
    silent("a late forecast of a plain task", replace(TASK, forecast_on=july(15)), june(1), Reason.NOT_YET),
    silent(
        "after an extension, though the old date is past",
        told(due(EXTENDED), REMINDED, HEAD_TOLD, OVERSEERS_TOLD, OFFICE_TOLD), july(8), Reason.NOT_YET,
    ),
    silent(
        "the promised day itself", replace(TASK, last_report_on=june(29), promised_on=july(2)), july(2),
        Reason.PROMISED, AT_HEAD,
    ),
    silent(
        "the fifth working day after a report with a promise far ahead",
        replace(TASK, last_report_on=june(24), promised_on=july(31)), july(1), Reason.PROMISED, AT_HEAD,
    ),
    silent(
        "a promise given before the date for the overseers' day",
        replace(TASK, last_report_on=june(30), promised_on=july(6)), july(3), Reason.PROMISED, AT_OVERSEER,
    ),
    silent(
        "all overseers have acknowledged",
        told(replace(TASK, acknowledgements=ALL_NOTED), HEAD_TOLD), july(3), Reason.ACKNOWLEDGED, AT_OVERSEER,
    ),
    silent(
        "the last day of the acknowledgements",
        told(replace(TASK, chain=replace(CHAIN, office=()), acknowledgements=ALL_NOTED), OVERSEERS_TOLD), july(10),
        Reason.ACKNOWLEDGED, AT_OVERSEER,
    ),
    silent(
        "all overseers have acknowledged the early warning",
        told(replace(MILESTONE, forecast_on=july(9), acknowledgements=ALL_NOTED), WARNED), june(16),
        Reason.ACKNOWLEDGED, AT_OVERSEER,
    ),
    silent(
        "a part of the commune's milestone, for the overseers", told(replace(TASK, is_muted=True), HEAD_TOLD), july(3),
        Reason.MUTED, AT_OVERSEER,
    ),
    silent(
        "a part of the commune's milestone, for the office", told(replace(TASK, is_muted=True), HEAD_TOLD), july(7),
        Reason.MUTED, AT_OFFICE,
    ),
    silent(
        "a village's late forecast, when the commune's milestone speaks",
        replace(MILESTONE, is_muted=True, forecast_on=july(9)), june(1), Reason.MUTED, AT_OVERSEER,
    ),
    silent("the reminder of day 7 was said", told(TASK, REMINDED), june(22), Reason.ALREADY_SAID, REMIND),
    silent(
        "the higher reminder was said, the lower ones were missed",
        told(TASK, {(CONTACT, "remind-1@2020-06-30#0")}), june(30), Reason.ALREADY_SAID, REMIND,
    ),
    silent("the head was told yesterday", told(TASK, HEAD_TOLD), july(2), Reason.ALREADY_SAID, AT_HEAD),
    silent("the overseers were told and have not answered", told(TASK, OVERSEERS_TOLD), july(6), Reason.ALREADY_SAID,
           AT_OVERSEER),
    silent("the office was told, nobody else ever was", told(TASK, OFFICE_TOLD), july(8), Reason.ALREADY_SAID, AT_OFFICE),
    silent(
        "the office was told, whatever the overseers have acknowledged",
        told(replace(TASK, acknowledgements=ALL_NOTED), OFFICE_TOLD), july(8), Reason.ALREADY_SAID, AT_OFFICE,
    ),
    silent("everything was said", ALL_TOLD, date(2020, 12, 31), Reason.ALREADY_SAID, AT_OFFICE),
    silent(
        "a report after the date pushes the overseers back to the head, who was told",
        told(replace(TASK, last_report_on=july(1)), HEAD_TOLD), july(3), Reason.ALREADY_SAID, AT_HEAD,
    ),
    silent("nobody holds any role", replace(TASK, chain=Chain()), june(29), Reason.NOBODY_TO_TELL, REMIND),
    silent("nobody holds any role after the date", replace(TASK, chain=Chain()), july(7), Reason.NOBODY_TO_TELL, AT_OFFICE),
    silent(
        "nobody but the chair, who hears in the briefing", replace(TASK, chain=Chain(chair=(CHAIR,))), july(7),
        Reason.NOBODY_TO_TELL, AT_OFFICE,
    ),
    silent(
        "nobody in the unit, the overseers' day has not come", replace(TASK, chain=Chain(overseer=BOTH_OVERSEERS)),
        july(1), Reason.NOBODY_TO_TELL, AT_HEAD,
    ),
]
# fmt: on


@pytest.mark.parametrize(("facts", "today", "reason", "rung", "calendar"), IS_SILENT)
def test_it_is_not_said_because(facts, today, reason, rung, calendar):
    verdict = decide(facts, LADDER, calendar, today)
    assert (verdict.reason, verdict.rung, verdict.intents) == (reason, rung, ())


def test_the_tables_hold_every_reason():
    assert {row.values[2] for row in SPEAKS} | set(EARLY) == SPOKEN, "test_early_warning.py holds those of EARLY"
    assert {row.values[2] for row in IS_SILENT} == set(Reason) - SPOKEN


@pytest.mark.parametrize(
    ("facts", "is_resting_too_long"),
    [
        pytest.param(UNDATED, True, id="open, without a date, never reported on"),
        pytest.param(replace(UNDATED, due_on=EXTENDED), False, id="with a date"),
        pytest.param(replace(UNDATED, is_closed=True), False, id="closed"),
        pytest.param(replace(UNDATED, is_policy=True), False, id="a policy"),
        pytest.param(replace(UNDATED, done_on=july(1)), False, id="claimed done"),
        pytest.param(replace(UNDATED, confirmed_on=None), False, id="of unknown age"),
    ],
)
def test_only_an_open_task_without_a_date_goes_stale(facts, is_resting_too_long):
    assert is_stale(facts, 20, CALENDAR, july(10)) is is_resting_too_long


# --- day after day ---------------------------------------------------------------------------------------------------


def test_a_silent_commune_is_told_on_exactly_these_days():
    assert Memory(TASK).sweep(june(1), date(2020, 12, 31)).diary == {
        june(19): {(CONTACT, "remind-7@2020-06-30#0")},
        june(25): {(CONTACT, "remind-3@2020-06-30#0")},
        june(29): {(CONTACT, "remind-1@2020-06-30#0")},
        july(1): HEAD_TOLD,
        july(3): OVERSEERS_TOLD,
        july(7): OFFICE_TOLD,
    }


def test_a_warned_milestone_is_told_on_the_same_days_and_once_more_before():
    memory = Memory(replace(MILESTONE, forecast_on=july(31))).sweep(june(1), date(2020, 12, 31))
    assert memory.diary == {june(1): WARNED} | Memory(TASK).sweep(june(1), date(2020, 12, 31)).diary


@pytest.mark.parametrize(
    ("back_on", "diary"),
    [
        pytest.param(june(26), {june(26): {(CONTACT, "remind-3@2020-06-30#0")}, june(29): {(CONTACT, "remind-1@2020-06-30#0")},
                                july(1): HEAD_TOLD, july(3): OVERSEERS_TOLD, july(7): OFFICE_TOLD}, id="before the date"),
        pytest.param(june(30), {june(30): {(CONTACT, "remind-1@2020-06-30#0")},
                                july(1): HEAD_TOLD, july(3): OVERSEERS_TOLD, july(7): OFFICE_TOLD}, id="on the date"),
        pytest.param(july(2), {july(2): HEAD_TOLD, july(3): OVERSEERS_TOLD, july(7): OFFICE_TOLD}, id="on the head's second day"),
        pytest.param(july(4), {july(6): OVERSEERS_TOLD, july(7): OFFICE_TOLD}, id="over the weekend after"),
        pytest.param(july(8), {july(8): OFFICE_TOLD}, id="after all rungs"),
        pytest.param(date(2020, 11, 2), {date(2020, 11, 2): OFFICE_TOLD}, id="months later"),
    ],
)  # fmt: skip
def test_a_machine_that_was_off_catches_up_with_the_highest_rung_only(back_on, diary):
    assert Memory(TASK).sweep(back_on, date(2020, 12, 31)).diary == diary


def test_a_rung_passed_over_by_catching_up_stays_silent_when_a_report_restarts_the_overseers_days():
    memory = Memory(TASK).sweep(july(3))
    assert memory.diary == {july(3): OVERSEERS_TOLD}
    memory.facts = replace(memory.facts, last_report_on=july(3))
    verdict = decide(memory.facts, LADDER, CALENDAR, july(6))
    assert (verdict.reason, verdict.intents) == (Reason.ALREADY_SAID, ())


def test_after_the_date_a_promise_spares_the_overseers_of_a_milestone_too():
    facts = replace(MILESTONE, last_report_on=july(1), promised_on=july(6), forecast_on=july(6))
    verdict = decide(facts, LADDER, CALENDAR, july(2))
    assert (verdict.reason, verdict.intents) == (Reason.PROMISED, ())


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(
            replace(MILESTONE, forecast_on=july(9), chain=replace(CHAIN, overseer=())), id="no overseer to warn"
        ),
        pytest.param(
            replace(TASK, unanswered=4, chain=replace(CHAIN, office=())), id="no office to hear of the unanswered"
        ),
    ],
)
def test_the_rung_does_not_fall_when_the_first_reminder_comes(facts):
    early, later = (decide(facts, LADDER, CALENDAR, day) for day in (june(1), june(19)))
    assert later.reason is Reason.DUE_SOON
    assert height(early) <= height(later)


def test_an_extension_restarts_the_whole_ladder_and_the_first_date_is_not_told_again():
    memory = Memory(TASK).sweep(june(1), july(1))
    before = dict(memory.diary)
    memory.facts = replace(memory.facts, due_on=EXTENDED)
    memory.sweep(july(2), date(2020, 12, 31))
    assert {day: said for day, said in memory.diary.items() if day not in before} == {
        date(2020, 7, 22): {(CONTACT, "remind-7@2020-07-31#0")},
        date(2020, 7, 28): {(CONTACT, "remind-3@2020-07-31#0")},
        date(2020, 7, 30): {(CONTACT, "remind-1@2020-07-31#0")},
        date(2020, 8, 3): {(one, "head@2020-07-31#0") for one in (CONTACT, HEAD)},
        date(2020, 8, 5): {(one, "overseer@2020-07-31#0") for one in BOTH_OVERSEERS},
        date(2020, 8, 7): {(OFFICE, "office@2020-07-31#0")},
    }


@pytest.mark.parametrize(
    ("change", "value"),
    [
        pytest.param("last_report_on", july(8), id="a report"),
        pytest.param("unanswered", 9, id="one more unanswered letter"),
        pytest.param("forecast_on", july(31), id="a forecast"),
        pytest.param("confirmed_on", july(8), id="a new confirmation"),
        pytest.param("held_until", july(7), id="a hold that has ended"),
    ],
)
def test_nothing_but_an_extension_restarts_the_ladder(change, value):
    facts = replace(ALL_TOLD, is_held=change == "held_until", **{change: value})
    verdict = decide(facts, LADDER, CALENDAR, july(9))
    assert (verdict.reason, verdict.intents) == (Reason.ALREADY_SAID, ())


def test_both_overseers_are_bothered_until_each_has_acknowledged():
    memory = Memory(replace(TASK, chain=replace(CHAIN, office=()))).sweep(july(1), july(3))
    memory.facts = replace(memory.facts, acknowledgements=(noted(OVERSEER, july(10)),))
    memory.sweep(july(6), july(13))
    memory.facts = replace(memory.facts, acknowledgements=(noted(OVERSEER, july(10)), noted(OVERSEER, july(20))))
    memory.sweep(july(14), july(31))
    assert memory.diary == {
        july(1): HEAD_TOLD,
        july(3): OVERSEERS_TOLD,
        july(13): {(OVERSEER, "overseer@2020-06-30#1")},
        july(21): {(OVERSEER, "overseer@2020-06-30#2")},
    }


def test_without_the_swapped_saturday_the_overseers_hear_two_days_later():
    monday_off = WorkingCalendar.of(SWAPPED_2019.days_off)
    assert decide(due(date(2019, 4, 26)), LADDER, monday_off, date(2019, 5, 4)).reason is Reason.NOT_A_WORKING_DAY
    assert decide(due(date(2019, 4, 26)), LADDER, monday_off, date(2019, 5, 6)).rung is RungName.OVERSEER


# --- another ladder --------------------------------------------------------------------------------------------------


def test_the_ladder_is_data_and_another_one_climbs_on_other_days():
    patient = Ladder(
        (
            Rung(RungName.REMIND, (Target.CONTACT, Target.HEAD), working_days_before=(2,)),
            Rung(RungName.HEAD, (Target.HEAD,), working_days_after=2),
            Rung(RungName.OFFICE, (Target.OFFICE, Target.CHAIR), working_days_after=10),
        )
    )
    assert Memory(TASK, ladder=patient).sweep(june(1), date(2020, 12, 31)).diary == {
        june(26): {(one, "remind-2@2020-06-30#0") for one in (CONTACT, HEAD)},
        july(2): {(HEAD, "head@2020-06-30#0")},
        july(14): {(one, "office@2020-06-30#0") for one in (OFFICE, CHAIR)},
    }


def test_on_a_ladder_that_waits_two_days_the_day_after_the_date_is_not_called_not_yet():
    waiting = Ladder((LADDER.rungs[0], replace(LADDER.rungs[1], working_days_after=2), *LADDER.rungs[2:]))
    on_the_date, a_day_late = (decide(told(TASK, REMINDED), waiting, CALENDAR, day) for day in (june(30), july(1)))
    assert on_the_date.reason is Reason.ALREADY_SAID
    assert (a_day_late.reason is Reason.NOT_YET, a_day_late.intents) == (False, ())
    assert height(a_day_late) >= height(on_the_date)


def test_on_a_ladder_that_waits_two_days_a_missed_reminder_is_caught_up_as_overdue_unless_a_day_is_promised():
    waiting = Ladder((LADDER.rungs[0], replace(LADDER.rungs[1], working_days_after=2), *LADDER.rungs[2:]))
    late = decide(TASK, waiting, CALENDAR, july(1))
    assert (late.reason, late.rung, words(late)) == (Reason.OVERDUE, REMIND, {(CONTACT, "remind-1@2020-06-30#0")})
    promised = decide(replace(TASK, last_report_on=june(30), promised_on=july(2)), waiting, CALENDAR, july(1))
    assert (promised.reason, promised.intents) == (Reason.PROMISED, ())


def test_before_the_date_a_promise_does_not_take_back_the_warning_that_it_gives():
    facts = replace(MILESTONE, last_report_on=june(15), promised_on=july(6), forecast_on=july(6))
    assert decide(facts, LADDER, CALENDAR, june(16)).reason is Reason.FORECAST_LATE


def test_a_warning_missed_while_the_machine_was_off_is_caught_up_when_the_promise_is_broken():
    facts = replace(MILESTONE, last_report_on=june(24), promised_on=july(1), forecast_on=july(1))
    assert decide(facts, LADDER, CALENDAR, july(1)).reason is Reason.PROMISED
    assert words(decide(facts, LADDER, CALENDAR, july(2))) == WARNED | HEAD_TOLD


def test_a_head_who_came_after_the_overseers_were_told_is_not_told_of_a_slip_that_is_over():
    facts = told(replace(TASK, last_report_on=july(6)), {(CONTACT, "head@2020-06-30#0")}, OVERSEERS_TOLD)
    verdict = decide(replace(facts, chain=replace(CHAIN, head=(99,), office=())), LADDER, CALENDAR, july(7))
    assert (verdict.reason, verdict.rung, verdict.intents) == (Reason.ALREADY_SAID, AT_HEAD, ())


def test_a_ladder_knows_its_rungs_its_first_reminder_and_its_patience():
    assert [LADDER.rung(name).name for name in RungName] == list(RungName)
    assert (LADDER.longest_reminder, LADDER.promise_working_days) == (7, 5)
    bare = Ladder((Rung(RungName.HEAD, (Target.HEAD,), working_days_after=1),))
    assert (bare.rung(RungName.OFFICE), bare.longest_reminder, bare.promise_working_days) == (None, 0, 0)


def test_the_order_in_which_the_reminders_are_written_down_does_not_matter():
    shuffled = Ladder((replace(LADDER.rungs[0], working_days_before=(3, 1, 7)), *LADDER.rungs[1:]))
    first, last = june(1), date(2020, 12, 31)
    assert Memory(TASK, ladder=shuffled).sweep(first, last).diary == Memory(TASK).sweep(first, last).diary


def test_a_ladder_without_rungs_says_nothing():
    nothing = Ladder(())
    assert decide(TASK, nothing, CALENDAR, july(7)).intents == ()
    assert (nothing.longest_reminder, nothing.promise_working_days) == (0, 0)


def test_each_target_of_a_chain_finds_its_officers():
    assert [CHAIN.of(target) for target in Target] == [(CONTACT,), (HEAD,), BOTH_OVERSEERS, (OFFICE,), (CHAIR,)]
    assert Chain(head=(HEAD,)).of(Target.CONTACT) == (HEAD,)
    assert Chain(contact=(CONTACT,)).of(Target.HEAD) == ()


def test_the_key_of_what_was_said_holds_step_date_and_round_in_the_form_that_the_ledger_keeps():
    assert said_key("remind-7", DUE) == "remind-7@2020-06-30#0"
    assert said_key("overseer", DUE, 2) == "overseer@2020-06-30#2"
    assert said_key("office", None) == "office@-#0"


def test_a_letter_of_today_is_not_yet_unanswered():
    facts = replace(UNDATED, unanswered=4, told_on=july(6))
    assert decide(facts, LADDER, CALENDAR, july(6)).rung is None
    verdict = decide(facts, LADDER, CALENDAR, july(7))
    assert (verdict.reason, verdict.rung) == (Reason.UNANSWERED, RungName.OFFICE)
