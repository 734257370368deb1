"""In a real browser: every text can be read, every stop of the keyboard is seen, codes of a telephone let people in."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.office import CONTACT, COORDINATOR, Office, opened
from tests.web.test_browser import DESK, PAGES, PHONE, become, browser, pytestmark, served, serving, visiting
from tests.web.test_notices import PAPER
from tests.web.test_serving import free_port

__all__ = ["browser", "pytestmark", "served"]

# What a text is painted on: the first ground behind it that is not see-through, with everything thinner laid on top.
FAINT = """() => {
  const parse = (colour) => { const at = colour.match(/[\\d.]+/g).map(Number); return [at[0], at[1], at[2], at.length > 3 ? at[3] : 1]; };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const strength = (element) => { let all = 1; for (let at = element; at; at = at.parentElement) all *= Number(getComputedStyle(at).opacity); return all; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  let seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".hidden, script, style, option, [disabled]")) continue;
    seen += 1;
    const style = getComputedStyle(element), behind = ground(element);
    const ink = parse(style.color);
    ink[3] *= strength(element);
    const [dark, bright] = [light(over(ink, behind)), light(behind)].sort((one, other) => one - other);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < (isLarge ? 3 : 4.5)) found.add(`${node.data.trim().slice(0, 40)}: ${ratio.toFixed(2)} (${element.className || element.tagName})`);
  }
  return { seen, faint: [...found] };
}"""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_text_on_every_page_stands_out_from_what_it_is_painted_on(
    browser: Browser, served: Office, size: dict[str, int]
) -> None:
    """WCAG 2.1 AA, 1.4.3, of what the browser has really painted; dark has the same pages."""
    with visiting(browser, served, size) as page:
        become(page, served, COORDINATOR)
        link = f"{served.link(CONTACT)}/{served.task(unit='Hợp Thắng').id}"
        for path in [*PAGES, link, "/signin"]:
            if path in ("/demo/letters", "/directory"):
                continue  # the same pieces as the lists before, a hundred times
            page.goto(path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            for scheme in ("light", "dark") if size == PHONE else ("light",):
                page.emulate_media(color_scheme=scheme)
                found = page.evaluate(FAINT)
                assert found["faint"] == [], (path, scheme)
                assert found["seen"] > 3, path


def test_whoever_walks_with_the_tab_key_sees_where_they_are(browser: Browser, served: Office) -> None:
    with visiting(browser, served, DESK) as page:
        become(page, served, COORDINATOR)
        for path in ("/tasks/7", "/notices/1", "/criteria"):
            page.goto(path)
            stops = []
            for _ in range(40):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement === document.body"):
                    break  # round once
                stops.append(page.evaluate(
                    """() => { const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                      return [at.textContent.trim().slice(0, 30) || at.name || at.tagName, style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : style.boxShadow !== "none" ? 2 : 0, box.width * box.height]; }"""
                ))  # fmt: skip
            assert stops[0][0] == "Đến nội dung", "the way past the menu comes first"
            assert [one for one in stops if one[1] < 2 or one[2] == 0] == [], path
            assert len(stops) > 20 and len({one[0] for one in stops}) > 5, "the keyboard gets on"
            assert [one[0] for one in stops if one[0] == "Danh mục"] == ["Danh mục"], "and past the content to the menu"


def test_triage_goes_by_the_keyboard_alone(browser: Browser, served: Office) -> None:
    with visiting(browser, served, DESK) as page:
        become(page, served, COORDINATOR)
        page.goto("/notices")
        paper = {"name": "77-tb-ubnd.txt", "mimeType": "text/plain", "buffer": PAPER.encode()}
        page.get_by_label("Tệp thông báo").set_input_files(paper)
        page.get_by_role("button", name="Đọc thông báo").click()
        expect(page.locator("article.draft")).to_have_count(3)
        boxes = page.locator("article.draft input[type=checkbox]")
        before = [one.is_checked() for one in boxes.all()]
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator("article.draft.at")).to_have_id("d1")
        page.keyboard.press("Enter")
        assert [one.is_checked() for one in boxes.all()] == [not before[0], *before[1:]]


# --- the second factor -----------------------------------------------------------------------------------------------


def test_a_telephone_is_enrolled_and_its_codes_let_in_once_each(browser: Browser, original, tmp_path) -> None:
    port = free_port()
    for office in opened(original, tmp_path, at="2020-06-22T09:00:00", base_url=f"http://127.0.0.1:{port}"):
        with serving(office, port), visiting(browser, office, PHONE, refusals=2) as page:
            by_mail(page, office)
            page.goto("/account")
            page.get_by_role("button", name="Bật mã xác thực").click()
            expect(page.locator(".qr svg")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            telephone = pyotp.TOTP(page.locator(".secret code").inner_text().replace(" ", ""))
            page.get_by_label("Mã sáu số").fill("000000")
            failing(page, office, "Xác nhận")
            page.get_by_label("Mã sáu số").fill(telephone.at(office.now))
            page.get_by_role("button", name="Xác nhận").click()
            recovery = page.locator(".codes code").all_inner_texts()
            assert len(recovery) >= 8
            page.get_by_role("link", name="Đã cất mã").click()
            expect(page.get_by_text("Đang bật từ")).to_be_visible()

            for hour, spare, is_good in ((11, "", True), (13, recovery[0], True), (15, recovery[0], False)):
                office.at = f"2020-06-22T{hour}:00:00"
                code = spare or telephone.at(office.now)
                leave(page)
                by_mail(page, office, asks_code=True)
                page.get_by_label("Mã sáu số trên điện thoại").fill(code)
                if is_good:
                    page.get_by_role("button", name="Vào hệ thống").click()
                    expect(page.get_by_role("heading", level=1)).to_have_text("Việc của tôi")
                else:
                    failing(page, office, "Vào hệ thống")


def by_mail(page: Page, office: Office, *, asks_code: bool = False) -> None:
    """Sign in with a mailed link; with `asks_code` up to the page that asks for one."""
    page.goto("/signin")
    page.get_by_label("Địa chỉ thư hoặc mã cán bộ").first.fill(COORDINATOR)
    page.get_by_role("button", name="Gửi liên kết đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đề nghị xem hộp thư")
    page.goto(re.findall(r"http://\S+/signin/\S+", office.letters("signin")[-1])[-1])
    page.get_by_role("button", name="Vào hệ thống").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã xác thực" if asks_code else "Việc của tôi")


def failing(page: Page, office: Office, button: str) -> None:
    """Press the button of a form whose code is wrong: the page says so, nobody is let in."""
    with page.expect_response(lambda one: one.request.method == "POST") as answer:
        page.get_by_role("button", name=button).click()
    assert answer.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("Mã không đúng hoặc đã dùng")


def leave(page: Page) -> None:
    page.goto("/account")
    page.locator('form[action="/signout"] button').click()
    expect(page.get_by_role("status")).to_contain_text("Đã đăng xuất")


# --- clumsy hands ----------------------------------------------------------------------------------------------------


def test_the_wrong_clock_of_a_telephone_and_the_back_button_change_nothing(browser: Browser, served: Office) -> None:
    task = served.task(unit="Hợp Thắng")
    with visiting(browser, served, PHONE) as page:
        page.clock.set_fixed_time("2031-01-01T00:00:00")
        page.goto(f"{served.link(CONTACT)}/{task.id}")
        page.get_by_text("Đã hoàn thành", exact=True).click()
        page.get_by_label("Kết quả").fill("Đạt 19/19 tiêu chí")
        page.get_by_role("button", name="Gửi báo cáo hoàn thành").click()
        expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận báo cáo hoàn thành")
        page.reload()
        page.go_back()
        expect(page.get_by_text("chờ nghiệm thu").first).to_be_visible()
        expect(page.get_by_role("button", name="Gửi báo cáo hoàn thành")).to_have_count(0)
    (event,) = served.events(task.id)
    assert event.detail["done_on"] == served.today.isoformat(), "the day of the server"
