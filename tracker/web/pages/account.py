"""Tài khoản: who the reader is here, and how they get in: password, second factor, signed-in browsers."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.models import Channel
from tracker.people import factors, signins
from tracker.people.accounts import By, find_account, note
from tracker.people.throttle import is_within
from tracker.web.answering import UnseenError
from tracker.web.deps import COOKIE, FormFields, Here, Reader, RowId, SignedIn, checked_ticket
from tracker.web.forms import FormError
from tracker.web.login import TOO_OFTEN, begin, enter
from tracker.web.qr import svg_of
from tracker.web.rendering import show
from tracker.web.second import WRONG, code_limits
from tracker.web.site import Visit

router = APIRouter(prefix="/account")
IN_USE = "Mã xác thực đang được dùng. Muốn đổi điện thoại, đề nghị tắt rồi bật lại."
IN_DEMO = "Bản trình diễn chạy theo ngày mẫu nên mã trên điện thoại không khớp; chức năng này chỉ dùng ở hệ thống thật."


@router.get("")
def show_account(visit: Here, reader: SignedIn) -> Response:
    """Who the reader is here, and how they get in."""
    return account_page(visit, reader)


@router.post("/password")
def change_password(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Set a password; every other browser is signed out."""
    checked_ticket(visit, form, who=reader.who, action="/account/password")
    given, again = form.values.get("password", ""), form.values.get("again", "")
    least, most = signins.PASSWORD_LENGTH
    try:
        if given != again:
            raise form.wrong("Hai lần nhập mật khẩu không giống nhau.")
        if not least <= len(given) <= most:
            raise form.wrong("Mật khẩu có từ %(least)s đến %(most)s ký tự.", least=least, most=most)
    except FormError as error:
        return account_page(visit, reader, problem=str(error), status=422)
    with visit.write() as session:
        signins.set_password(session, reader.scope.officer_id, given, now=visit.now)
        signins.end_all(session, reader.scope.officer_id)
        note(session, "password-set", reader.scope.officer_id, by=_by(visit, reader), now=visit.now)
        token = begin(session, visit, reader.scope.officer_id)
    return enter(visit, token, "/account?ok=password")


@router.post("/factor")
def begin_factor(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Make a secret for the reader's telephone and show it this once; nothing is asked for until a code of it was seen."""
    checked_ticket(visit, form, who=reader.who, action="/account/factor")
    if visit.site.is_demo:
        return account_page(visit, reader, problem=IN_DEMO, status=422)
    with visit.write() as session:
        secret = factors.begin_factor(session, reader.scope.officer_id, key=visit.site.key, now=visit.now)
    if secret is None:
        return account_page(visit, reader, problem=IN_USE, status=422)
    return _factor_page(visit, reader, secret=secret)


@router.post("/factor/confirmation")
def confirm_factor(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Put the second factor into use with a first code; every other browser is signed out. Shows the recovery codes, once."""
    checked_ticket(visit, form, who=reader.who, action="/account/factor/confirmation")
    officer_id, code, cookie = reader.scope.officer_id, form.text("code")[:100], visit.request.cookies.get(COOKIE, "")
    with visit.write() as session:
        if not is_within(session, *code_limits(visit, officer_id), now=visit.now):
            return _factor_page(visit, reader, problem=TOO_OFTEN, status=429)
        codes = factors.confirm_factor(session, officer_id, code, key=visit.site.key, now=visit.now)
        if codes is not None:
            signins.end_all(session, officer_id, but=cookie)
            note(session, "factor-set", officer_id, by=_by(visit, reader), now=visit.now)
    if codes is None:
        return _factor_page(visit, reader, problem=WRONG, status=422)
    return show(visit, "account_codes", viewer=reader.scope, who=reader.who, codes=codes, is_first=True)


@router.post("/factor/codes")
def renew_codes(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """New recovery codes instead of those before, for a code of the telephone. Shown once."""
    checked_ticket(visit, form, who=reader.who, action="/account/factor/codes")
    officer_id = reader.scope.officer_id
    with visit.write() as session:
        if problem := _spent(session, visit, officer_id, form.text("code")[:100]):
            return account_page(visit, reader, problem=visit.say(problem), status=422)
        codes = factors.renew_codes(session, officer_id, now=visit.now)
        note(session, "codes-renewed", officer_id, by=_by(visit, reader), now=visit.now)
    return show(visit, "account_codes", viewer=reader.scope, who=reader.who, codes=codes, is_first=False)


@router.post("/factor/removal")
def remove_factor(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Ask for no code any more; it takes one, so that a browser left open is not enough."""
    checked_ticket(visit, form, who=reader.who, action="/account/factor/removal")
    officer_id = reader.scope.officer_id
    with visit.write() as session:
        if problem := _spent(session, visit, officer_id, form.text("code")[:100]):
            return account_page(visit, reader, problem=visit.say(problem), status=422)
        factors.remove_factor(session, officer_id)
        note(session, "factor-removed", officer_id, by=_by(visit, reader), now=visit.now)
    return RedirectResponse("/account?ok=factor-removed", status_code=303)


@router.post("/browsers/signout")
def sign_out_others(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Sign every other browser of the reader out."""
    checked_ticket(visit, form, who=reader.who, action="/account/browsers/signout")
    with visit.write() as session:
        if signins.end_all(session, reader.scope.officer_id, but=visit.request.cookies.get(COOKIE, "")):
            note(session, "browsers-signed-out", reader.scope.officer_id, by=_by(visit, reader), now=visit.now)
    return RedirectResponse("/account?ok=browsers", status_code=303)


@router.post("/browsers/{row_id}/signout")
def sign_out_one(visit: Here, reader: SignedIn, row_id: RowId, form: FormFields) -> Response:
    """Sign one browser of the reader out."""
    checked_ticket(visit, form, who=reader.who, action=f"/account/browsers/{row_id}/signout")
    with visit.write() as session:
        if not signins.end_one(session, reader.scope.officer_id, row_id):
            raise UnseenError
        note(session, "browsers-signed-out", reader.scope.officer_id, by=_by(visit, reader), now=visit.now)
    return RedirectResponse("/account?ok=browsers", status_code=303)


def account_page(visit: Visit, reader: Reader, *, problem: str = "", address: str = "", status: int = 200) -> Response:
    """The page; `address` is a new calendar address, shown this once."""
    with visit.read() as session:
        account = find_account(session, reader.scope.officer_id, key=visit.site.key, now=visit.now)
    current = signins.digest_of(visit.request.cookies.get(COOKIE, ""))
    return show(
        visit, "account", viewer=reader.scope, who=reader.who, status=status, problem=visit.say(problem), address=address, account=account,
        current=current,
    )  # fmt: skip


def _factor_page(visit: Visit, reader: Reader, *, secret: str = "", problem: str = "", status: int = 200) -> Response:
    """Scan and confirm; without `secret` only confirm, because it is shown once."""
    name = f"{visit.site.config.office.name}: {reader.scope.code}"
    return show(
        visit, "account_factor", viewer=reader.scope, who=reader.who, status=status, problem=visit.say(problem), secret=secret,
        picture=svg_of(secret, name=name, issuer="Đôn Đốc") if secret else "",
    )  # fmt: skip


def _spent(session: Session, visit: Visit, officer_id: int, code: str) -> str:
    """What is wrong with a code that was given to change the factor itself; empty when it was right."""
    if not is_within(session, *code_limits(visit, officer_id), now=visit.now):
        return TOO_OFTEN
    return "" if factors.spend(session, officer_id, code, key=visit.site.key, now=visit.now) else WRONG


def _by(visit: Visit, reader: Reader) -> By:
    return By(reader.scope.officer_id, Channel.WEB, visit.address)
