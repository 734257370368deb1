"""The health page speaks the language of its reader; `tracker doctor` stays English."""

import ast
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import tracker.health
from tests.web.office import COORDINATOR, Office
from tests.web.test_roles import enter
from tracker.health.check import Line, line
from tracker.web.health_words import LINES, health_words
from tracker.web.languages import PLACE, VIETNAMESE, language

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def lines_of_health() -> set[str]:
    """Every text that tracker/health makes a line of; a ternary and a list of words count too."""
    found = set()
    for path in Path(tracker.health.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in LINES:
                found.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "line" and node.args:
                found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    return found


def test_every_line_of_the_examination_has_words_and_no_word_is_without_a_line() -> None:
    assert lines_of_health() == set(LINES)
    assert len(LINES) > 50


def test_the_words_have_no_place_that_the_line_does_not_fill() -> None:
    for text, words in LINES.items():
        assert set(PLACE.findall(words)) <= set(PLACE.findall(text)), text


def test_names_instants_and_states_are_said_in_the_language_of_the_reader() -> None:
    many = line("%(count)s officers without address: %(names)s", count=7, names=tuple("abcdefg"))
    assert str(many) == "7 officers without address: a, b, c, d, e and 2 more"
    assert health_words(many, VIETNAMESE, HANOI) == "7 người chưa có địa chỉ thư: a, b, c, d, e và 2 mục khác"
    runs = line("last runs: %(jobs)s", jobs=("sweep 2020-07-03",))
    assert health_words(runs, VIETNAMESE, HANOI) == "Lượt chạy gần nhất: rà hằng ngày 2020-07-03"
    assert health_words(line("%(state)s %(count)s", state="sent", count=3), language("en"), HANOI) == "Sent: 3"


def test_a_line_that_nobody_has_translated_is_said_as_it_is() -> None:
    assert health_words(Line("the moon is %(colour)s", {"colour": "green"}), VIETNAMESE, HANOI) == "the moon is green"


def test_the_page_is_vietnamese_and_says_what_to_do(office: Office) -> None:
    reader = enter(office, COORDINATOR)
    page = reader.get("/health").text
    checks = re.sub(r"<[^>]+>", " ", page.partition('<ul class="list checks">')[2].partition("</ul>")[0])
    assert "Xã nào cũng có thành viên phụ trách" in checks and "Lượt chạy gần nhất: bản tin tuần chưa chạy" in checks
    assert not re.search(r"\b(the|every|letters?|wait|nobody|whole)\b", checks)
    assert "/tmp" not in checks and str(office.folder) not in checks
    reader.get("/language/en?next=/health")
    english = reader.get("/health").text.partition('<ul class="list checks">')[2].partition("</ul>")[0]
    assert "Every commune has an overseer" in english
