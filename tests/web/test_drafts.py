"""One draft on its page: edit, split, merge, reject, take back; and the scan beside the words."""

import re

import pytest
from httpx2 import Response

from tests.web.office import COORDINATOR, Office, Visitor
from tests.web.test_notices import PAPER, drafts_of, upload
from tests.web.test_roles import enter
from tracker.models import DraftState, NoticePage


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return enter(office, COORDINATOR)


@pytest.fixture
def path(visitor: Visitor) -> str:
    return upload(visitor, PAPER.encode()).url.path


def act(visitor: Visitor, path: str, position: int, name: str, **fields: str) -> Response:
    page = visitor.get(f"{path}/drafts/{position}")
    return visitor.send(page, f"{path}/drafts/{position}/{name}", **fields)


def undo(visitor: Visitor, page: Response) -> Response:
    (action,) = re.findall(r'action="(/notices/\d+/rulings/\d+/undoing)"', page.text)
    return visitor.send(page, action)


def test_an_edit_stands_beside_what_the_machine_read_and_can_be_taken_back(
    office: Office, visitor: Visitor, path: str
) -> None:
    before = drafts_of(office)[0]
    page = act(
        visitor, path, 1, "ruling", title="Rà soát hồ sơ đất đai toàn huyện", kind="task", due="2020-07-20",
        recurrence="monthly", supports="1", support="phong-kt-ht", note="Theo ý kiến chủ trì",
    )  # fmt: skip
    assert page.url.path == path and "Đã lưu dự thảo" in page.text
    after = drafts_of(office)[0]
    assert (after.title, after.due_on.isoformat(), after.recurrence) == (
        "Rà soát hồ sơ đất đai toàn huyện", "2020-07-20", "monthly"
    )  # fmt: skip
    assert (after.due_phrase, after.quote) == (before.due_phrase, before.quote)
    said = " ".join(re.sub(r"<[^>]+>", "", page.text).split())
    assert "Hạn · máy đọc: 15/07/2020 · đã sửa: 20/07/2020" in said
    assert "Kỳ báo cáo · máy đọc: không có · đã sửa: hằng tháng" in said
    assert "Theo ý kiến chủ trì" in said and "qua trang web" in said
    page = undo(visitor, page)
    assert "Đã hoàn tác" in page.text and "máy đọc:" not in page.text
    back = drafts_of(office)[0]
    assert (back.title, back.due_on, back.recurrence) == (before.title, before.due_on, before.recurrence)


def test_a_form_that_changes_nothing_says_so_and_keeps_what_was_typed(visitor: Visitor, path: str) -> None:
    page = visitor.get(f"{path}/drafts/1")
    title = page.text.partition('name="title" class="short"')[2].partition(">")[2].partition("</textarea>")[0]
    same = act(visitor, path, 1, "ruling", title=title, kind="task", due="2020-07-15", recurrence="", supports="1")
    assert same.status_code == 422 and "Chưa có gì thay đổi" in same.text
    long = act(visitor, path, 1, "ruling", title="x" * 121)
    assert long.status_code == 422 and "dài quá 120 ký tự" in long.text and "x" * 121 in long.text


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "wish"}, {"recurrence": "daily"}, {"due": "31/02/2020"}, {"lead": "đơn vị không có"},
        {"supports": "1", "support": "đơn vị không có"}, {"undated": "1", "due": "2020-08-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_the_form(office: Office, visitor: Visitor, path: str, fields: dict) -> None:
    before = office.dump()
    answer = act(visitor, path, 1, "ruling", **fields)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert office.dump() == before


def test_a_draft_is_split_where_the_paper_joins_two_and_put_together_again(
    office: Office, visitor: Visitor, path: str
) -> None:
    page = visitor.get(f"{path}/drafts/2")
    cuts = re.findall(r'name="cut" value="(\d+)"', page.text)
    assert cuts, "“…, báo cáo trước ngày 30/7/2020” is a place to cut"
    whole = drafts_of(office)[1].quote
    page = act(visitor, path, 2, "division", cut=cuts[-1], title="Báo cáo tiến độ")
    assert "Đã tách dự thảo làm hai" in page.text and "tách từ dự thảo 2" in page.text
    parts = [one for one in drafts_of(office) if one.position in (2, 4)]
    assert [one.quote for one in parts] == [whole[: int(cuts[-1])].strip(), whole[int(cuts[-1]) :].strip()]
    assert parts[1].title == "Báo cáo tiến độ"
    page = act(visitor, path, 2, "merger", other="4")
    assert "Đã gộp dự thảo" in page.text and "đã gộp vào dự thảo 2" in page.text
    assert [one.state for one in drafts_of(office) if one.position == 4] == [DraftState.REJECTED]
    page = undo(visitor, page) if page.text.count("/undoing") == 1 else visitor.send(page, undo_of(page, 4))
    page = visitor.send(page, undo_of(page, 2))
    assert [one.quote for one in drafts_of(office)][1] == whole and len(drafts_of(office)) == 3


def undo_of(page: Response, position: int) -> str:
    card = page.text.partition(f'id="d{position}"')[2].partition("</article>")[0]
    return re.findall(r'action="(/notices/\d+/rulings/\d+/undoing)"', card)[0]


def test_a_rejected_draft_says_why_and_comes_back(office: Office, visitor: Visitor, path: str) -> None:
    page = act(visitor, path, 3, "rejection", reason="Thuộc thông báo khác")
    assert "Thuộc thông báo khác" in page.text
    assert drafts_of(office)[2].state is DraftState.REJECTED
    undo(visitor, page)
    assert drafts_of(office)[2].state is DraftState.PROPOSED


def test_an_answer_about_the_whole_paper_can_be_taken_back(office: Office, visitor: Visitor) -> None:
    page = visitor.get("/notices/1")
    action = re.findall(
        r'action="(/notices/1/questions/\d+/ruling)"[^>]*><input[^>]*><input[^>]*name="at" value="">', page.text
    )
    assert action, "the sample has questions about the whole paper"
    page = visitor.send(page, action[0], ruling="Đã đối chiếu với bản gốc")
    assert "Đã đối chiếu với bản gốc" in page.text
    back = undo(visitor, page)
    assert "“Đã đối chiếu với bản gốc”" not in back.text


def test_what_is_a_task_by_now_has_no_tools(visitor: Visitor, path: str) -> None:
    visitor.send(visitor.get(path), f"{path}/confirmation", only="1")
    page = visitor.get(f"{path}/drafts/1")
    assert "Dự thảo đã thành nhiệm vụ" in page.text and f"{path}/drafts/1/ruling" not in page.text
    assert visitor.get(f"{path}/drafts/99").status_code == 404


def test_the_scan_of_a_page_is_shown_beside_its_words(office: Office, visitor: Visitor, path: str) -> None:
    folder, notice_id = office.config.notices.pages_folder, int(path.rpartition("/")[2])
    folder.mkdir()
    (folder / "0a.jpg").write_bytes(b"\xff\xd8\xff\xe0 a page")
    second = drafts_of(office)[1].start
    with office.database.write() as session:
        for number, start, image in ((1, 0, "0a.jpg"), (2, second, None)):
            session.add(NoticePage(notice_id=notice_id, number=number, start=start, image=image))
    page = visitor.get(path)
    assert f'src="{path}/pages/1"' in page.text and f'src="{path}/pages/2"' not in page.text
    assert page.text.count('loading="lazy"') == 1
    first = page.text.partition('id="d1"')[2].partition("</article>")[0]
    assert 'href="#page1"' in first and 'id="page2"' in page.text
    image = visitor.get(f"{path}/pages/1")
    assert (image.headers["content-type"], image.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert f'src="{path}/pages/1"' in visitor.get(f"{path}/drafts/1").text
    assert visitor.get(f"{path}/pages/2").status_code == visitor.get(f"{path}/pages/9").status_code == 404


def test_a_question_about_two_dates_is_answered_by_the_day_that_governs(
    office: Office, visitor: Visitor, path: str
) -> None:
    page = act(visitor, path, 1, "merger", other="2")
    card = page.text.partition('id="d1"')[2].partition("</article>")[0]
    assert "Cụ thể: <b>15/07/2020; 30/07/2020</b>" in card
    (action,) = re.findall(r'action="(/notices/\d+/questions/\d+/ruling)"', card)
    page = visitor.send(page, action, ruling="Theo mục 2", due="30/07/2020")
    assert page.status_code == 200 and drafts_of(office)[0].due_on.isoformat() == "2020-07-30"
    undone = visitor.send(page, undo_of(page, 1))
    assert undone.status_code == 200 and drafts_of(office)[0].due_on.isoformat() == "2020-07-15"


def test_units_are_suggested_by_their_names(visitor: Visitor, path: str) -> None:
    card = visitor.get(path).text.partition('id="d3"')[2].partition("</article>")[0]
    assert "Gợi ý: UBND xã" in card and "ubnd-xa-" not in card
