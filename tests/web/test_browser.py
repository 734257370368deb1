"""The whole way in a real browser: import, triage, a letter's link answered, verified, the commune turns green."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from jobs.runner import post_due
from tests.notices.files.papers import laid_out, pdf_of
from tests.web.office import CONTACT, COORDINATOR, OVERSEER, Office, opened
from tests.web.test_evidence import PDF, photo
from tests.web.test_notices import PAPER
from tests.web.test_serving import free_port
from tracker.web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
expect.set_options(timeout=30_000)  # a machine that tests many things at once is slow
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; apt-get install chromium runs these")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def served(original, tmp_path) -> Iterator[Office]:
    """A demo office whose pages are served on a port of this machine."""
    port = free_port()
    for office in opened(original, tmp_path, is_demo=True, at="2020-06-22T07:05", base_url=f"http://127.0.0.1:{port}"):
        post_due(office.database, office.config, now=office.now)
        with serving(office, port):
            yield office


@contextmanager
def serving(office: Office, port: int) -> Iterator[None]:
    app = create_app(office.database, office.config, clock=lambda: office.now)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def visiting(
    browser: Browser, office: Office, size: dict[str, int], *, scripts: bool = True, refusals: int = 0
) -> Iterator[Page]:
    """A page of a new visitor; whatever the browser complains about fails the test, but so many answers of 422 that belong to
    its story."""
    complaints: list[str] = []
    with closing(browser.new_context(viewport=size, base_url=office.base_url, java_script_enabled=scripts)) as context:
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    refused = [one for one in complaints if "status of 422" in one]
    assert len(refused) == refusals
    assert [one for one in complaints if one not in refused] == []


def become(page: Page, office: Office, code: str) -> None:
    page.goto("/demo")
    for hidden in page.locator("details").all():
        hidden.evaluate("element => { element.open = true }") if not hidden.get_attribute("open") else None
    page.locator(f'form[action="/demo/entry/{office.officer_id(code)}"] button').first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc của tôi")


def test_from_a_paper_to_a_green_commune(browser: Browser, served: Office, tmp_path) -> None:
    with visiting(browser, served, DESK) as page:
        become(page, served, COORDINATOR)
        page.get_by_role("link", name="Thông báo").click()
        page.get_by_label("Tệp thông báo").set_input_files(
            {"name": "77-tb-ubnd.txt", "mimeType": "text/plain", "buffer": PAPER.encode()}
        )
        page.get_by_role("button", name="Đọc thông báo").click()
        expect(page.locator("article.draft")).to_have_count(3)
        page.keyboard.press("j")
        expect(page.locator("article.draft.at h3")).to_contain_text("1.")
        expect(page.locator(".paper mark.lit")).to_contain_text("rà soát hồ sơ đất đai")
        page.get_by_role("button", name="Xác nhận các dự thảo đã đánh dấu").click()
        expect(page.get_by_role("status")).to_contain_text("Đã xác nhận")
        expect(page.get_by_text("✓ đã thành nhiệm vụ")).to_have_count(2)

    with visiting(browser, served, PHONE) as page:
        page.goto(f"/demo/letters?officer={CONTACT}")
        page.locator("a.item").first.click()
        letter = page.frame_locator("iframe.letter")
        letter.get_by_role("link", name="Báo cáo kết quả").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Xã Hợp Thắng đạt chuẩn NTM")
        page.get_by_text("Đã hoàn thành", exact=True).click()
        page.get_by_label("Kết quả").fill("Đạt 19/19 tiêu chí, hồ sơ gửi ngày 20/06")
        page.get_by_role("button", name="Gửi báo cáo hoàn thành").dblclick()
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.get_by_text("chờ nghiệm thu").first).to_be_visible()
    task = served.task(unit="Hợp Thắng")
    assert [event.kind for event in served.events(task.id)] == ["done"], "a double click is one change"

    with visiting(browser, served, PHONE) as page:
        become(page, served, OVERSEER)
        page.goto("/rulings")
        page.get_by_role("link", name="Xã Hợp Thắng đạt chuẩn NTM").click()
        page.get_by_text("Nghiệm thu", exact=True).click()
        page.get_by_label("Nhận xét").fill("Đã kiểm tra tại xã")
        page.get_by_role("button", name="Nghiệm thu, kết thúc việc").click()
        page.goto("/grid")
        expect(page.locator(f'td:has(a[href="/tasks/{task.id}"])')).to_have_class("done")


def test_drafts_are_edited_split_merged_and_put_back(browser: Browser, served: Office) -> None:
    with visiting(browser, served, DESK) as page:
        become(page, served, COORDINATOR)
        page.goto("/notices")
        paper = {"name": "77.pdf", "mimeType": "application/pdf", "buffer": pdf_of(laid_out(PAPER))}
        page.get_by_label("Tệp thông báo").set_input_files(paper)
        page.get_by_role("button", name="Đọc thông báo").click()
        expect(page.locator("article.draft")).to_have_count(3)  # the page of the upload has led on by itself

        first = page.locator("#d1")
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.get_by_label("Tên việc", exact=True).fill("Rà soát hồ sơ đất đai toàn huyện")
        page.get_by_role("button", name="Lưu dự thảo").click()
        expect(first.locator("h3")).to_contain_text("Rà soát hồ sơ đất đai toàn huyện")
        expect(first.locator(".differences")).to_contain_text("máy đọc: Chủ trì, rà soát hồ sơ đất đai")

        page.locator("#d2").get_by_role("link", name="Sửa, tách, gộp, bỏ").click()
        page.get_by_text("Tách làm hai", exact=True).click()
        page.get_by_role("radio").last.check()
        page.get_by_role("button", name="Tách dự thảo").click()
        expect(page.locator("article.draft")).to_have_count(4)
        expect(page.locator("#d4")).to_contain_text("tách từ dự thảo 2")

        page.locator("#d1").get_by_role("link", name="Sửa, tách, gộp, bỏ").click()
        page.get_by_text("Gộp dự thảo khác vào đây", exact=True).click()
        page.get_by_role("checkbox", name="4.").check()
        page.get_by_role("button", name="Gộp", exact=True).click()
        expect(page.locator("#d4")).to_contain_text("đã gộp vào dự thảo 1")
        for card in ("#d4", "#d2", "#d1"):
            page.locator(card).get_by_role("button", name="Hoàn tác").first.click()
            expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác")
        expect(page.locator("article.draft")).to_have_count(3)
        expect(page.locator(".differences")).to_have_count(0)


def test_a_photo_from_the_phone_is_seen_by_whoever_verifies(browser: Browser, served: Office) -> None:
    task = served.task(unit="Hợp Thắng")
    with visiting(browser, served, PHONE, scripts=False) as page:
        page.goto(f"{served.link(CONTACT)}/{task.id}")
        page.get_by_text("Đã hoàn thành", exact=True).click()
        page.get_by_label("Kết quả").fill("Đạt 19/19 tiêu chí")
        page.locator("#completion-evidence").set_input_files(
            [{"name": "Ảnh 1.jpg", "mimeType": "image/jpeg", "buffer": photo()},
             {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": PDF}]
        )  # fmt: skip
        page.get_by_role("button", name="Gửi báo cáo hoàn thành").click()
        expect(page.get_by_role("heading", name="Minh chứng")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with visiting(browser, served, DESK) as page:
        become(page, served, OVERSEER)
        page.goto(f"/tasks/{task.id}")
        page.get_by_text("Nghiệm thu", exact=True).click()
        form = page.locator(f'form[action="/tasks/{task.id}/verification"]')
        form.get_by_text("Xem ảnh").click()
        expect(form.locator("img")).to_have_js_property("naturalWidth", 64)
        with page.expect_download() as loading:
            form.get_by_role("link", name="bien-ban.pdf").click()
        assert loading.value.suggested_filename == "bien-ban.pdf"
        assert loading.value.path().read_bytes() == PDF


def test_everything_is_answered_without_a_line_of_javascript(browser: Browser, served: Office) -> None:
    task = served.task(unit="Hợp Thắng")
    with visiting(browser, served, PHONE, scripts=False) as page:
        page.goto(f"{served.link(CONTACT)}/{task.id}")
        page.get_by_role("button", name="Không phát sinh").click()
        expect(page.get_by_role("status")).to_contain_text("không phát sinh")
        page.get_by_text("Xin gia hạn", exact=True).click()
        page.get_by_label("Xin gia hạn đến ngày").fill("2020-09-30")
        page.get_by_label("Lý do").fill("Chờ thẩm định")
        page.get_by_role("button", name="Gửi đề nghị gia hạn").click()
        expect(page.get_by_role("status")).to_contain_text("gia hạn")
    assert [event.kind for event in served.events(task.id)] == ["report", "extend-ask"]


PAGES = ["/", "/tasks", "/tasks/7", "/grid", "/criteria", "/criteria/37", "/rulings", "/notices", "/notices/1", "/notices/1/drafts/1", "/letters", "/letters/1", "/directory",
         "/calendar", "/briefings", "/health", "/entry", "/programs", "/account", "/demo", "/demo/letters"]  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_its_screen_and_every_target_can_be_touched(
    browser: Browser, served: Office, size: dict[str, int]
) -> None:
    with visiting(browser, served, size) as page:
        become(page, served, COORDINATOR)
        for path in PAGES:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            low = page.evaluate(
                """() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .menu a')]
                .filter(one => one.checkVisibility() && !one.classList.contains('hidden'))
                .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height]).filter(one => one[1] < 44)"""
            )
            assert low == [], path
            nameless = page.evaluate(
                """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
                .filter(one => !one.labels.length && !one.hasAttribute('aria-hidden')).map(one => one.name)"""
            )
            assert nameless == [], path


def test_texts_stand_out_from_their_ground_in_light_and_dark(browser: Browser, served: Office) -> None:
    """WCAG 2.1 AA, 1.4.3: 4.5 to 1, for every pair of colours that the style gives a text."""
    pairs = [("ink", "ground"), ("ink", "paper"), ("soft", "ground"), ("soft", "paper"), ("link", "paper"), ("link", "ground"),
             ("on-brand", "brand"), ("ink", "mark"), ("ink", "hover"), ("link", "hover"), ("soft", "hover"), ("late", "paper"),
             *((tone, f"{tone}-ground") for tone in ("late", "open", "done", "donelate", "wait", "plain"))]  # fmt: skip
    for scheme in ("light", "dark"):
        with closing(browser.new_context(base_url=served.base_url, color_scheme=scheme)) as context:
            page = context.new_page()
            page.goto("/signin")
            for text, ground in pairs:
                read = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
                ratio = contrast(page.evaluate(read, f"--{text}"), page.evaluate(read, f"--{ground}"))
                assert ratio >= 4.5, (scheme, text, ground, ratio)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
