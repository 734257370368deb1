"""Editing, splitting, merging, rejecting drafts: nothing of the paper gets lost, and all of it can be taken back."""

import itertools
from datetime import date
from typing import Any

import pytest

from tests.cast import Office, imported
from tests.days import noon
from tests.notices import HEAD, TAIL
from tests.tasks.test_confirm import a_notice, confirmed
from tracker.errors import TaskError
from tracker.models import (
    Channel,
    Draft,
    DraftMention,
    DraftRuling,
    DraftSource,
    DraftState,
    Finding,
    Kind,
    MentionRole,
    Notice,
    Task,
)
from tracker.notices.readings import Difference
from tracker.notices.triage import find_triage
from tracker.tasks.draft_cuts import cut_before, cuts_of, merge_drafts, split_draft, title_of
from tracker.tasks.draft_edits import DraftChanges, edit_draft
from tracker.tasks.draft_memory import PastRuling, rulings_of, undo_ruling
from tracker.tasks.draft_rulings import reject_drafts, rule_finding

DAY = date(2024, 3, 6)
JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)
BODY = """1. Giao UBND xã An Bình rà soát hồ sơ đất đai và lập danh sách các hộ vướng mắc, hoàn thành trước ngày 30/6/2024.
2. Giao UBND xã Bình Minh rà soát hồ sơ đất đai trước ngày 31/7/2024.
3. Giao Phòng Tài chính - Kế hoạch bố trí kinh phí.
"""
ALL = (Draft, DraftMention, DraftSource, Finding)


@pytest.fixture
def notice(office: Office) -> Notice:
    return imported(office, (HEAD + BODY + TAIL).encode(), on=DAY)


def acting(office: Office, by: str = "coordinator") -> dict[str, Any]:
    return {"author": office.by(by), "today": DAY, "now": noon(DAY)}


def edit(office: Office, notice: Notice, position: int, by: str = "coordinator", **changes: Any) -> None:
    when = acting(office, by)
    with office.write() as session:
        edit_draft(session, notice, position, DraftChanges(**changes), note="Theo kết luận", **when)


def split(office: Office, notice: Notice, position: int, words: str, title: str = "") -> int:
    when = acting(office)
    with office.write() as session:
        draft = next(one for one in drafts(office) if one.position == position)
        return split_draft(session, notice, position, at=cut_before(draft, words), title=title, **when).position


def merge(office: Office, notice: Notice, *positions: int) -> None:
    when = acting(office)
    with office.write() as session:
        merge_drafts(session, notice, positions, **when)


def undo(office: Office, notice: Notice, ruling: int) -> None:
    when = acting(office, "chair")
    with office.write() as session:
        undo_ruling(session, notice, ruling, **when)


def drafts(office: Office) -> list[Draft]:
    return sorted(office.rows(Draft), key=lambda one: one.position)


def past(office: Office, notice: Notice) -> list[PastRuling]:
    with office.read() as session:
        return rulings_of(session, notice.id or 0)


def contents(office: Office) -> list[list[str]]:
    """All rows of the drafts, without the numbers of those that hang on them: they are made anew."""
    hanging = (DraftMention, DraftSource)
    return [
        sorted(
            str(sorted(row.model_dump(exclude={"id"} if model in hanging else None).items(), key=str))
            for row in office.rows(model)
        )
        for model in ALL
    ]


def test_the_paper_of_this_story_gives_three_drafts(office: Office, notice: Notice):
    assert [one.kind for one in drafts(office)] == [Kind.TASK] * 3
    assert [one.due_on for one in drafts(office)] == [JUNE, JULY, None]


# --- editing ---------------------------------------------------------------------------------------------------------


def test_an_edit_changes_the_words_and_keeps_the_quote_the_phrase_and_what_was_read(office: Office, notice: Notice):
    before = drafts(office)[0]
    edit(
        office, notice, 1, title="  Lập danh sách\n hộ vướng mắc ", kind=Kind.MILESTONE, due_on=JULY, recurrence="monthly",
        leads=[office.unit("binh-minh")], supports=[office.unit("tai-chinh"), "các đoàn thể"],
    )  # fmt: skip
    after = drafts(office)[0]
    assert (after.title, after.kind, after.due_on, after.recurrence) == (
        "Lập danh sách hộ vướng mắc", Kind.MILESTONE, JULY, "monthly"
    )  # fmt: skip
    assert (after.quote, after.start, after.end, after.due_phrase) == (
        before.quote, before.start, before.end, before.due_phrase
    )  # fmt: skip
    with office.read() as session:
        card = find_triage(session, notice.id or 0).drafts[0]  # type: ignore[union-attr]
    assert [one.unit_code for one in card.owners] == ["binh-minh"]
    assert [(one.written, one.unit_code) for one in card.supports] == [
        ("Phòng Tài chính - Kế hoạch", "tai-chinh"), ("các đoàn thể", None)
    ]  # fmt: skip
    assert Difference("title", before.title, "Lập danh sách hộ vướng mắc") in card.differences
    assert Difference("due_on", "2024-06-30", "2024-07-31") in card.differences
    assert {one.field for one in card.differences} == {"title", "kind", "due_on", "recurrence", "leads", "supports"}


def test_every_ruling_keeps_its_author_its_door_and_its_hour(office: Office, notice: Notice):
    edit(office, notice, 1, by="chair", title="Một")
    (ruling,) = past(office, notice)
    assert (ruling.verb, ruling.positions, ruling.note, ruling.by) == (
        "edit",
        (1,),
        "Theo kết luận",
        "Trưởng Ban Chỉ đạo",
    )
    assert (ruling.channel, ruling.ruled_at) == (Channel.COMMAND, noon(DAY))


def test_an_edit_in_two_steps_stands_beside_the_first_reading_and_back_is_back(office: Office, notice: Notice):
    read = drafts(office)[0].title
    edit(office, notice, 1, title="Một")
    edit(office, notice, 1, title="Hai")
    with office.read() as session:
        card = find_triage(session, notice.id or 0).drafts[0]  # type: ignore[union-attr]
    assert card.differences == (Difference("title", read, "Hai"),)
    edit(office, notice, 1, title=read)
    with office.read() as session:
        assert find_triage(session, notice.id or 0).drafts[0].differences == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "a ruling says who"),
        ({"title": "x" * 121}, "1 to 120 characters, not 121"),
        ({"title": " \n"}, "1 to 120 characters, not 0"),
        ({"recurrence": "daily"}, "'daily' is no recurrence"),
        ({"due_on": JUNE, "is_undated": True}, "has a date or it has none"),
        ({"leads": []}, "at least one owner"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(office: Office, notice: Notice, changes: dict, why: str):
    before = contents(office)
    with pytest.raises(TaskError, match=why):
        edit(office, notice, 1, **changes)
    assert (contents(office), past(office, notice)) == (before, [])


@pytest.mark.parametrize("by", ["an-head", "overseer", "stranger"])
def test_nobody_else_edits_splits_merges_or_takes_back(office: Office, notice: Notice, by: str):
    edit(office, notice, 1, title="Một")
    before, when = contents(office), acting(office, by)
    acts = [
        lambda session: edit_draft(session, notice, 1, DraftChanges(title="Hai"), note="", **when),
        lambda session: split_draft(session, notice, 1, at=drafts(office)[0].start + 20, **when),
        lambda session: merge_drafts(session, notice, [1, 2], **when),
        lambda session: undo_ruling(session, notice, past(office, notice)[0].id, **when),
    ]
    for act in acts:
        with pytest.raises(TaskError, match="only the office or the chair"), office.write() as session:
            act(session)
    assert contents(office) == before


# --- splitting -------------------------------------------------------------------------------------------------------


def test_a_split_gives_each_part_its_own_words_and_both_the_parties_and_the_date(office: Office, notice: Notice):
    made = split(office, notice, 1, "lập danh sách")
    first, second = drafts(office)[0], drafts(office)[-1]
    assert (second.position, second.split_from, made) == (4, 1, 4)
    assert first.quote.endswith("rà soát hồ sơ đất đai và") and second.quote.startswith("lập danh sách")
    assert second.title.startswith("Lập danh sách các hộ vướng mắc")
    assert all(notice.text[one.start : one.end] == one.quote for one in (*drafts(office), *office.rows(DraftSource)))
    assert (first.due_on, second.due_on) == (JUNE, JUNE)
    owners = {(one.draft_id, one.unit_id) for one in office.rows(DraftMention) if one.role is MentionRole.LEAD}
    assert {(first.id, office.unit("an-binh").id), (second.id, office.unit("an-binh").id)} <= owners
    confirmed(office, notice, positions=[1, 4])
    assert sorted(one.quote for one in office.rows(Task)) == sorted([first.quote, second.quote])


def test_a_question_about_words_goes_with_them_and_every_other_is_asked_about_both(office: Office, notice: Notice):
    draft = drafts(office)[0]
    at = draft.quote.index("lập")
    with office.write() as session:
        for code, start in (("vague_date", draft.start + at + 5), ("owner_unsure", None)):
            session.add(
                Finding(notice_id=draft.notice_id, draft_id=draft.id, code=code, message="?", start=start, end=start)
            )
    split(office, notice, 1, "lập danh sách")
    asked = {(one.draft_id, one.code) for one in office.rows(Finding) if one.code in ("vague_date", "owner_unsure")}
    second = drafts(office)[-1].id
    assert asked == {(second, "vague_date"), (second, "owner_unsure"), (draft.id, "owner_unsure")}


def test_the_parts_stand_one_behind_the_other_on_the_page(office: Office, notice: Notice):
    split(office, notice, 1, "lập danh sách")
    with office.read() as session:
        triage = find_triage(session, notice.id or 0)
    assert triage is not None
    assert [one.position for one in triage.drafts] == [1, 4, 2, 3]
    assert "".join(piece.text for piece in triage.pieces) == notice.text


@pytest.mark.parametrize("words", ["", "hộ nghèo", "rà soát hồ sơ đất đai và lập danh sách các hộ vướng mắc x"])
def test_a_place_that_the_quote_does_not_hold_once_is_refused(office: Office, notice: Notice, words: str):
    with pytest.raises(TaskError, match="the quote of draft 1 holds"):
        split(office, notice, 1, words)


def test_a_cut_at_the_edge_or_outside_is_refused(office: Office, notice: Notice):
    draft = drafts(office)[0]
    for at in (0, draft.start, draft.end, len(notice.text) + 5):
        with pytest.raises(TaskError, match="cut inside its quote"), office.write() as session:
            split_draft(session, notice, 1, at=at, **acting(office))
    assert len(drafts(office)) == 3


def test_the_cuts_that_are_offered_leave_words_on_both_sides():
    quote = "Rà soát hồ sơ; lập danh sách, đồng thời báo cáo UBND huyện và niêm yết."
    assert [quote[at:].split()[0] for at in cuts_of(quote)] == ["lập", "đồng", "và"]
    assert cuts_of("") == cuts_of("Rà soát.") == []
    assert all(quote[:at].strip() and quote[at:].strip() for at in cuts_of(quote))


@pytest.mark.parametrize(
    ("quote", "title"),
    [
        ("và báo cáo UBND huyện.", "Báo cáo UBND huyện"),
        ("  lập\n danh sách; ", "Lập danh sách"),
        ("x " * 100, "X " + "x " * 57 + "x…"),
        (";", ";"),
    ],
)
def test_a_title_is_made_of_the_words(quote: str, title: str):
    assert title_of(quote) == title
    assert len(title_of(quote)) <= 120


# --- merging ---------------------------------------------------------------------------------------------------------


def test_a_merge_keeps_every_place_and_party_and_asks_about_two_dates(office: Office, notice: Notice):
    merge(office, notice, 2, 1)
    first, second, third = drafts(office)
    assert (first.state, first.merged_into) == (DraftState.REJECTED, 2)
    assert (second.state, third.state) == (DraftState.PROPOSED, DraftState.PROPOSED)
    assert (second.due_on, second.other_due_on, second.due_phrase) == (JUNE, JULY, first.due_phrase)
    quotes = {one.quote for one in office.rows(DraftSource) if one.draft_id == second.id}
    assert quotes == {first.quote, second.quote}
    (asked,) = [one for one in office.rows(Finding) if one.draft_id == second.id and one.code == "two_dates"]
    assert asked.shown == "30/06/2024; 31/07/2024"
    confirmed(office, notice, positions=[2])
    leads = {one.lead_unit_id for one in office.rows(Task)}
    assert leads == {office.unit("an-binh").id, office.unit("binh-minh").id}


def test_beside_a_group_every_owner_is_a_member_so_that_none_is_lost(office: Office):
    notice = a_notice(office, {"lead": ["tai-chinh"]}, {"member": ["an-binh", "binh-minh"], "group": "2 xã"})
    merge(office, notice, 1, 2)
    assert len(confirmed(office, notice, positions=[1]).task_ids) == 3


def test_merging_takes_two_that_are_still_drafts(office: Office, notice: Notice):
    for positions, why in (((1,), "takes two drafts"), ((1, 1), "takes two drafts"), ((1, 9), "no draft 9")):
        with pytest.raises(TaskError, match=why):
            merge(office, notice, *positions)
    merge(office, notice, 1, 2)
    with pytest.raises(TaskError, match="draft 2 is already rejected"):
        merge(office, notice, 3, 2)


# --- taking back -----------------------------------------------------------------------------------------------------


def test_everything_can_be_taken_back_in_the_order_in_which_it_came(office: Office, notice: Notice):
    states = [contents(office)]
    when = acting(office)

    def reject() -> None:
        with office.write() as session:
            reject_drafts(session, notice, [3], reason="Không phải việc", **when)

    def answer() -> None:
        with office.write() as session:
            rule_finding(session, notice, 1, ruling="Đã đối chiếu", **when)

    with office.write() as session:
        session.add(Finding(notice_id=notice.id, draft_id=drafts(office)[2].id, code="owner_unsure", message="?"))
    states = [contents(office)]
    for act in (
        lambda: edit(office, notice, 1, title="Một", due_on=JULY, leads=[office.unit("binh-minh")]),
        lambda: split(office, notice, 1, "lập danh sách", title="Lập danh sách"),
        lambda: merge(office, notice, 2, 4, 1),
        lambda: edit(office, notice, 2, supports=[office.unit("tai-chinh")], is_undated=True),
        answer,
        reject,
    ):
        act()
        states.append(contents(office))
    assert all(one != other for one, other in itertools.pairwise(states))
    for ruling in past(office, notice)[::-1]:
        states.pop()
        undo(office, notice, ruling.id)
        assert contents(office) == states[-1], ruling.verb
    assert all(one.is_undone and not one.may_undo for one in past(office, notice))


def test_only_the_last_word_about_a_draft_is_taken_back_and_only_once(office: Office, notice: Notice):
    edit(office, notice, 1, title="Một")
    edit(office, notice, 2, title="Hai")
    merge(office, notice, 1, 2)
    first, second, third = past(office, notice)
    assert [one.may_undo for one in (first, second, third)] == [False, False, True]
    with pytest.raises(TaskError, match=f"ruling {third.id} came after it"):
        undo(office, notice, first.id)
    undo(office, notice, third.id)
    with pytest.raises(TaskError, match="was taken back already"):
        undo(office, notice, third.id)
    assert [one.may_undo for one in past(office, notice)] == [True, True, False]


def test_what_is_a_task_is_not_taken_back(office: Office, notice: Notice):
    edit(office, notice, 1, title="Một")
    confirmed(office, notice, positions=[1])
    (ruling,) = past(office, notice)
    assert not ruling.may_undo
    with pytest.raises(TaskError, match="draft 1 is a task by now"):
        undo(office, notice, ruling.id)


def test_a_ruling_of_another_notice_is_not_there(office: Office, notice: Notice):
    edit(office, notice, 1, title="Một")
    other = a_notice(office, {"lead": ["an-binh"]})
    with pytest.raises(TaskError, match="the notice has no ruling"):
        undo(office, other, past(office, notice)[0].id)
    assert len(office.rows(DraftRuling)) == 1
