"""PDF files with a text layer read like their text: columns, furniture, footnotes and broken lines cost nothing."""

import io
from datetime import date

import pypdfium2
import pytest

from tests.notices import HEAD, TAIL, codes, read
from tests.notices.files.papers import LAID_OUT, Laid, laid_out, pdf_of, text_of
from tests.notices.files.test_encodings import in_tcvn3, in_vni
from tests.notices.files.test_word import refused, seen
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import LIMITS, Limits

NOTE = "Theo Quyết định số 12/QĐ-UBND ngày 01/01/2020 của UBND huyện."
TASKS = [
    "1. Giao Phòng Nội vụ rà soát hồ sơ cán bộ, công chức, viên chức của huyện và các xã, thị trấn, hoàn thành trước ngày 20/3/2024.",
    "2. Giao Phòng Tài nguyên và Môi trường kiểm tra, xử lý dứt điểm các hồ sơ đất đai tồn đọng, hoàn thành trước ngày 25/3/2024.",
]


def notice(body, **more):
    laid = laid_out(HEAD + "\n".join(body) + TAIL)
    for name, lines in more.items():
        setattr(laid, name, lines)
    return laid


@pytest.mark.parametrize("form", [*LAID_OUT, "253"])
def test_a_pdf_gives_the_drafts_of_its_text(form):
    text = text_of(form)
    plain, pdf = read(text.encode()), read(pdf_of(laid_out(text)))
    assert pdf.form == "pdf"
    assert [seen(draft) for draft in pdf.drafts] == [seen(draft) for draft in plain.drafts]
    assert pdf.document == plain.document
    assert pdf.drafts


def test_what_belongs_to_the_page_is_not_in_the_paper():
    text = text_of("253")
    plain, pdf = read(text.encode()), read(pdf_of(laid_out(text), running="Văn bản sao từ hệ thống", note=NOTE))
    assert [seen(draft) for draft in pdf.drafts] == [seen(draft) for draft in plain.drafts]
    for foreign in ("Văn bản sao", "12/QĐ-UBND", "rà soát1", "rà soát2", "\n2\n", "\n3\n"):
        assert foreign not in pdf.text
    assert len(pdf.pages) == 3


def test_pages_begin_where_they_say():
    pdf = read(pdf_of(laid_out(text_of("253"))))
    assert [page.number for page in pdf.pages] == [1, 2, 3]
    assert pdf.pages[0].start == 0
    start = pdf.pages[2].start
    assert pdf.text[start - 22 : start] == "Chủ tịch UBND xã phải "
    assert pdf.text[start:].startswith("quan tâm chỉ đạo")
    assert all(page.image is None for page in pdf.pages)


def test_a_paragraph_over_a_page_break_is_one():
    pdf = read(pdf_of(laid_out(text_of("253"))))
    assert "huy động từ khai thác quỹ đất" in pdf.text


def test_number_and_date_stand_in_boxes_of_their_own():
    head = read(pdf_of(notice(TASKS))).document
    assert (head.number, head.issued_on, head.issuer) == ("112/TB-UBND", date(2024, 3, 5), "UBND huyện Minh Hà")


def test_an_exponent_is_no_footnote():
    laid = notice(["1. Giao Phòng Nội vụ bàn giao 120 m² đất, hoàn thành trước ngày 20/3/2024."])
    assert "120 m²" in read(pdf_of(laid)).text


def test_a_turned_page_is_read_along_its_words():
    upright = pdf_of(notice(TASKS))
    for quarter in (90, 180, 270):
        with pypdfium2.PdfDocument(upright) as document:
            document[0].set_rotation(quarter)
            turned = saved(document)
        assert read(turned).drafts == read(upright).drafts


@pytest.mark.parametrize("written", [in_tcvn3, in_vni], ids=["TCVN3 (ABC)", "VNI"])
def test_a_pdf_of_an_old_font_is_converted(written):
    laid = notice(TASKS)
    old = Laid(*([written(line) for line in lines] if name != "rows" else lines for name, lines in vars(laid).items()))
    pdf = read(pdf_of(old))
    assert [draft.due_on for draft in pdf.drafts] == [date(2024, 3, 20), date(2024, 3, 25)]
    assert "encoding_converted" in codes(pdf)


def test_a_table_over_two_pages_goes_on():
    rows = [["TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian"]]
    rows += [[str(at), f"Rà soát hồ sơ đất đai của thôn số {at} theo quy định", "Phòng Nội vụ", "UBND các xã", "20/3/2024"] for at in range(1, 41)]  # fmt: skip
    pdf = read(pdf_of(notice(["1. Giao các phòng, ban thực hiện Phụ lục kèm theo."], annex=["PHỤ LỤC"], rows=rows)))
    assert len(pdf.pages) > 2
    in_table = [draft for draft in pdf.drafts if draft.clause and draft.clause.startswith("Phụ lục")]
    assert [draft.clause for draft in in_table] == [f"Phụ lục.{at}" for at in range(1, 41)]
    assert {(draft.leads[0].written, draft.due_on) for draft in in_table} == {("Phòng Nội vụ", date(2024, 3, 20))}


# --- what is no readable PDF -----------------------------------------------------------------------------------------


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def written_by_hand(*objects, trailer=""):
    """A PDF of these objects; the first is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
LOCK = f"<< /Filter /Standard /V 1 /R 2 /P -44 /O <{'41' * 32}> /U <{'42' * 32}> >>"


def pages_by_hand(count):
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    return written_by_hand(CATALOGUE, f"<< /Type /Pages /Kids [{kids}] /Count {count} >>", *[PAGE] * count)


def test_a_locked_pdf_says_how_to_unlock_it():
    locked = written_by_hand(
        CATALOGUE, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, LOCK,
        trailer=f"/Encrypt 4 0 R /ID [<{'43' * 16}> <{'43' * 16}>]",
    )  # fmt: skip
    assert "locked with a password" in refused(locked)


def test_a_pdf_without_pages_is_refused():
    assert "no pages" in refused(written_by_hand(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>"))


def test_a_pdf_of_5000_pages_is_refused_before_it_is_read():
    assert "5,000 pages, more than the limit of 300 ([notices] max_pages)" in refused(pages_by_hand(5_000))


def test_the_limit_of_pages_is_a_knob():
    short = Limits(max_pages=2)
    with pytest.raises(Exception, match="3 pages, more than the limit of 2"):
        open_paper(pdf_of(laid_out(text_of("253"))), name="a.pdf", limits=short)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"x" * 5_000, pdf_of(notice(TASKS))[:9_000]],
    ids=["only a header", "no objects", "cut off"],
)
def test_a_damaged_pdf_says_so(data):
    assert "damaged" in refused(data)


def test_an_empty_page_holds_no_notice():
    assert "no notice can be read in it" in refused(pages_by_hand(1))


def test_a_foreign_pdf_holds_no_notice():
    laid = Laid(body=["The quick brown fox jumps over the lazy dog, and then it rests. " * 12])
    assert "no notice can be read in it" in refused(pdf_of(laid))


def test_scripts_in_a_pdf_do_nothing():
    script = "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    assert "no notice can be read in it" in refused(
        written_by_hand(script, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE)
    )


def test_a_header_that_stands_later_is_found():
    pdf = pdf_of(notice(TASKS))
    assert open_paper(b"\r\n\r\n" + pdf, name="a.pdf", limits=LIMITS).form == "pdf"


def test_two_pages_that_end_with_the_same_words_keep_them():
    body = [f"{at}. Giao Phòng Nội vụ rà soát, tổng hợp hồ sơ số {at} của các xã, thị trấn, báo cáo Chủ tịch Ủy ban nhân dân huyện trước ngày 20/3/2024." for at in range(1, 41)]  # fmt: skip
    pdf = read(pdf_of(notice(body), running="Văn bản sao từ hệ thống"))
    assert len(pdf.pages) == 3
    assert [draft.due_on for draft in pdf.drafts] == [date(2024, 3, 20)] * 40
    assert "Văn bản sao" not in pdf.text
