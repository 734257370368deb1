"""Many hands at one moment: one click counts once, one answer wins, nothing is lost unseen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.web.office import CONTACT, HEAD, Office, hidden_fields

HANDS = 8


def test_the_same_form_sent_many_times_at_once_changes_once(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    action = f"{path}/report"
    data = hidden_fields(office.visitor().get(path).text, action) | {"percent": "70", "note": "Còn một tiêu chí"}
    visitors = [office.visitor() for _ in range(HANDS)]
    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(lambda visitor: visitor.client.post(action, data=data), visitors))
    assert [answer.status_code for answer in answers] == [200] * HANDS
    assert sum("đã được ghi nhận trước đó" in answer.text for answer in answers) == HANDS - 1
    assert [event.kind for event in office.events(task.id)] == ["report"]


def test_of_different_forms_sent_at_once_one_is_recorded_and_the_others_are_shown_it(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    forms = []
    for hand in range(HANDS):
        path = f"{office.link((CONTACT, HEAD)[hand % 2])}/{task.id}"
        action = f"{path}/difficulty"
        hidden = hidden_fields(office.visitor().get(path).text, action)
        forms.append((office.visitor(), action, hidden | {"note": f"Vướng mắc số {hand}"}))
    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(lambda form: form[0].client.post(form[1], data=form[2]), forms))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: HANDS - 1}
    (event,) = office.events(task.id)
    for hand, answer in enumerate(answers):
        assert event.detail["note"] in answer.text
        assert f"Vướng mắc số {hand}" in answer.text
