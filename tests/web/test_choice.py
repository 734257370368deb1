"""When the weekly letter comes is chosen on the pages, and left out by one click that needs no cookie."""

from tests.web.office import CONTACT, Office
from tests.web.test_roles import enter
from tracker.models import Role
from tracker.people.choices import Choice, find_choice


def choice_of(office: Office, code: str) -> Choice:
    with office.database.read() as session:
        return find_choice(session, office.officer_id(code))


def test_the_door_of_a_letter_leads_to_the_choice(office: Office) -> None:
    assert Role.CONTACT
    base = office.link(CONTACT)
    visitor = office.visitor()
    assert f'href="{base}/choice"' in visitor.get(base).text
    page = visitor.get(f"{base}/choice")
    answer = visitor.send(page, f"{base}/choice", weekday="3", hour="14:30", optional="1")
    assert "Đã lưu ngày, giờ nhận bản tin tuần" in answer.text
    chosen = choice_of(office, CONTACT)
    assert (chosen.weekday, f"{chosen.at:%H:%M}", chosen.wants_optional) == (3, "14:30", True)
    assert '<option value="3" selected>' in answer.text


def test_who_is_signed_in_chooses_on_their_own_page(office: Office) -> None:
    visitor = enter(office, CONTACT)
    assert 'href="/account/digest"' in visitor.get("/account").text
    visitor.send(visitor.get("/account/digest"), "/account/digest", weekday="office", hour="office")
    assert choice_of(office, CONTACT) == Choice(wants_optional=False)


def test_what_is_not_in_the_list_is_refused(office: Office) -> None:
    base = office.link(CONTACT)
    visitor = office.visitor()
    answer = visitor.send(visitor.get(f"{base}/choice"), f"{base}/choice", weekday="6", hour="03:00")
    assert answer.status_code == 422
    assert choice_of(office, CONTACT) == Choice()


def test_one_click_unsubscribes_without_cookie_or_form_and_looking_does_not(office: Office) -> None:
    address = office.links.unsubscribing(office.officer_id(CONTACT), today=office.today).removeprefix(office.base_url)
    visitor = office.visitor()
    assert visitor.get(address).status_code == 200
    assert choice_of(office, CONTACT) == Choice()
    answer = visitor.client.post(
        address, data={"List-Unsubscribe": "One-Click"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 200
    assert "không tắt được" in answer.text, "what is late comes all the same, and why"
    assert choice_of(office, CONTACT) == Choice(wants_optional=False)


def test_a_link_of_one_purpose_opens_no_other_door(office: Office) -> None:
    visitor, officer = office.visitor(), office.officer_id(CONTACT)
    unsubscribe = office.links.unsubscribing(officer, today=office.today).rpartition("/")[2]
    tasks = office.link(CONTACT).rpartition("/")[2]
    assert visitor.get(f"/l/{unsubscribe}").status_code == 404 or "không" in visitor.get(f"/l/{unsubscribe}").text
    before = choice_of(office, CONTACT)
    assert visitor.client.post(f"/u/{tasks}").status_code >= 400
    assert choice_of(office, CONTACT) == before
