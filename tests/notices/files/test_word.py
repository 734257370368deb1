"""Word files read like their text: numbers that Word computes, tables, two columns, changes accepted, traps refused."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.notices import HEAD, TAIL, codes, read
from tests.notices.files.papers import LAID_OUT, laid_out, saved, text_of, word_of
from tests.notices.files.test_encodings import in_tcvn3
from tracker.errors import NoticeError

TASK = "1. Giao Phòng Nội vụ rà soát hồ sơ cán bộ, hoàn thành trước ngày 20/3/2024."


def document(*lines):
    made = Document()
    for line in [*HEAD.split("\n"), *lines, *TAIL.split("\n")]:
        made.add_paragraph(line)
    return made


def body(*lines):
    """The document and the paragraph of its last body line."""
    made = document(*lines)
    return made, next(one for one in made.paragraphs if one.text == lines[-1])


def only_draft(made):
    (draft,) = read(saved(made)).drafts
    return draft


def element(xml):
    return parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1) if not xml.split(">")[0].endswith("/") else xml.replace("/>", f" {nsdecls('w')}/>", 1))  # fmt: skip


@pytest.mark.parametrize("numbered", [True, False], ids=["numbers computed", "numbers typed"])
@pytest.mark.parametrize("form", [*LAID_OUT, "253"])
def test_a_word_file_gives_the_drafts_of_its_text(form, numbered):
    text = text_of(form)
    plain, word = read(text.encode()), read(word_of(laid_out(text), numbered=numbered))
    assert word.form == "word"
    assert [seen(draft) for draft in word.drafts] == [seen(draft) for draft in plain.drafts]
    assert word.document == plain.document
    assert word.drafts


def seen(draft):
    """All that a coordinator sees of a draft: everything but the offsets, which differ with the head's layout."""
    parts = {
        name: getattr(draft, name) for name in draft.__dataclass_fields__ if name not in ("start", "end", "sources")
    }
    return parts | {"sources": [(one.quote, one.clause, one.due_on, one.due_phrase) for one in draft.sources]}


def test_every_quote_stands_where_its_offsets_say():
    word = read(word_of(laid_out(text_of("253"))))
    for draft in word.drafts:
        assert word.text[draft.start : draft.end] == draft.quote


def test_inserted_words_count_and_deleted_words_do_not():
    made, paragraph = body("1. Giao Phòng Nội vụ rà soát hồ sơ cán bộ, hoàn thành trước ngày ")
    paragraph._p.append(element('<w:del w:id="1" w:author="x"><w:r><w:delText>15/3/2024</w:delText></w:r></w:del>'))
    paragraph._p.append(element('<w:ins w:id="2" w:author="x"><w:r><w:t>20/3/2024.</w:t></w:r></w:ins>'))
    assert only_draft(made).due_on == date(2024, 3, 20)


def test_a_deleted_end_mark_joins_two_paragraphs():
    made, paragraph = body(
        "1. Giao Phòng Nội vụ rà soát hồ sơ ", TASK.removeprefix("1. Giao Phòng Nội vụ rà soát hồ sơ ")
    )
    above = next(one for one in made.paragraphs if one.text.endswith("hồ sơ "))
    above._p.get_or_add_pPr().append(element('<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>'))
    assert only_draft(made).quote == TASK.removeprefix("1. ").rstrip(".")
    assert paragraph.text in made.element.body.xpath("string(.)")


def test_hidden_words_do_not_count():
    made, paragraph = body(TASK)
    paragraph.add_run(" Giao Phòng Tài chính báo cáo trước ngày 01/4/2024.").font.hidden = True
    assert only_draft(made).leads[0].written == "Phòng Nội vụ"


def test_a_footnote_leaves_nothing_behind():
    made, paragraph = body("1. Giao Phòng Nội vụ rà soát 12")
    paragraph._p.append(element('<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'))  # fmt: skip
    paragraph.add_run(" hồ sơ cán bộ, hoàn thành trước ngày 20/3/2024.")
    assert "rà soát 12 hồ sơ" in only_draft(made).quote


def test_a_soft_line_break_is_a_line():
    made = document(TASK.replace(", hoàn", ",\nhoàn"))
    assert only_draft(made).due_on == date(2024, 3, 20)


def test_headers_and_footers_stay_out():
    made = document(TASK)
    made.sections[0].header.paragraphs[0].text = "2. Giao Phòng Y tế báo cáo trước ngày 21/3/2024."
    made.sections[0].footer.paragraphs[0].text = "3. Giao Phòng Y tế báo cáo trước ngày 22/3/2024."
    assert only_draft(made).leads[0].written == "Phòng Nội vụ"


def test_words_shown_in_capitals_are_capitals():
    made = document(TASK)
    title = next(one for one in made.paragraphs if one.text == "THÔNG BÁO")
    title.text = "Thông báo"
    title.runs[0].font.all_caps = True
    assert read(saved(made)).document.kind == "TB"


def test_a_content_control_is_part_of_the_text():
    made, paragraph = body(TASK)
    control = element("<w:sdt><w:sdtContent></w:sdtContent></w:sdt>")
    paragraph._p.addprevious(control)
    control[0].append(paragraph._p)
    assert only_draft(made).due_on == date(2024, 3, 20)


def test_an_old_font_is_converted_run_by_run():
    made, paragraph = body("1. Giao Phòng Nội vụ ")
    run = paragraph.add_run(in_tcvn3("rà soát hồ sơ cán bộ, hoàn thành trước ngày 20/3/2024."))
    run.font.name = ".VnTime"
    notice = read(saved(made))
    assert notice.drafts[0].quote == TASK.removeprefix("1. ").rstrip(".")
    assert "encoding_converted" in codes(notice)


def test_an_annex_table_is_read_row_by_row():
    made = document("1. Giao các phòng, ban thực hiện nhiệm vụ tại Phụ lục kèm theo.")
    made.add_paragraph("PHỤ LỤC")
    rows = [
        ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian"),
        ("1", "Rà soát hồ sơ cán bộ cấp xã", "Phòng Nội vụ", "", "20/3/2024"),
        ("2", "Kiểm tra hồ sơ đất đai tồn đọng", "", "", "25/3/2024"),
    ]
    table = made.add_table(3, 5)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(1, 2).merge(table.cell(2, 2))
    found = {draft.clause: (draft.leads[0].written, draft.due_on) for draft in read(saved(made)).drafts if draft.clause}
    assert found["Phụ lục.1"] == ("Phòng Nội vụ", date(2024, 3, 20))
    assert found["Phụ lục.2"] == ("Phòng Nội vụ", date(2024, 3, 25))


# --- traps -----------------------------------------------------------------------------------------------------------


def repacked(data, changes):
    """The package with the named parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes.get(name) or old.read(name))
    return out.getvalue()


def refused(data):
    with pytest.raises(NoticeError) as refusal:
        read(data)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


WORD = saved(document(TASK))


@pytest.fixture(scope="module")
def bomb():
    return repacked(WORD, {"word/media/image1.png": b"\0" * 400_000_000})


def test_a_bomb_is_not_unpacked(bomb):
    assert len(bomb) < 1_000_000
    assert "would unpack to 400 MB" in refused(bomb)


def test_a_smaller_bomb_is_known_by_its_ratio():
    assert "would unpack to 50 MB" in refused(repacked(WORD, {"word/media/image1.png": b"\0" * 50_000_000}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(encoding):
    trick = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert "declares XML entities" in refused(repacked(WORD, {"word/document.xml": trick.encode(encoding)}))


def test_a_file_of_the_machine_is_not_pulled_in():
    trick = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "declares XML entities" in refused(repacked(WORD, {"word/styles.xml": trick}))


def test_macros_stay_where_they_are():
    with zipfile.ZipFile(io.BytesIO(WORD)) as package:
        types = package.read("[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    changed = repacked(WORD, {"[Content_Types].xml": types, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})
    assert [draft.due_on for draft in read(changed).drafts] == [date(2024, 3, 20)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old Office file"),
        (b"{\\rtf1\\ansi Th\\'f4ng b\\'e1o}", "save it as .docx"),
        (b"<!DOCTYPE html><html><body>Th\xc3\xb4ng b\xc3\xa1o</body></html>", "web page"),
        (WORD[: len(WORD) // 2], "damaged"),
        (repacked(WORD, {"word/document.xml": b"<w:document"}), "damaged"),
        (repacked(WORD, {"word/document.xml": b"<x/>"}), "damaged"),
    ],
    ids=["doc", "locked", "xls", "rtf", "html", "cut off", "broken XML", "other XML"],
)
def test_what_word_would_not_open_is_refused_with_advice(data, says):
    assert says in refused(data)


@pytest.mark.parametrize(
    ("part", "says"),
    [("xl/workbook.xml", "Excel"), ("ppt/presentation.xml", "PowerPoint"), ("content.xml", "OpenDocument"), ("a.txt", "archive")],
)  # fmt: skip
def test_other_packages_are_named(part, says):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(part, "<x/>")
    assert says in refused(file.getvalue())


def test_a_word_file_of_pictures_only_says_what_to_do():
    from PIL import Image

    picture = io.BytesIO()
    Image.new("L", (200, 300), 255).save(picture, "PNG")
    made = Document()
    made.add_picture(picture)
    assert "save it as .pdf" in refused(saved(made))
