"""A program that uses the interface of an office."""

from datetime import timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.office import ADDRESS, COORDINATOR, Office
from tracker.people.clients import Right, make_token
from tracker.people.units import get_unit
from tracker.web.app import create_app

HOP_THANG, THO_DAN = "ubnd-xa-hop-thang", "ubnd-xa-tho-dan"


def token_for(
    office: Office, *rights: str, unit: str | None = None, name: str = "Phần mềm tỉnh", days: int = 30
) -> str:
    """A token with these rights, or with all of them."""
    with office.database.write() as session:
        return make_token(
            session, name=name, rights=rights or list(Right), unit=get_unit(session, unit) if unit else None,
            good_until=office.today + timedelta(days=days), officer_id=office.officer_id(COORDINATOR), today=office.today,
            now=office.now,
        )  # fmt: skip


class Program:
    """Something that holds a token and asks."""

    def __init__(self, office: Office, token: str | None) -> None:
        app = create_app(office.database, office.config, clock=lambda: office.now)
        self.client = TestClient(app, base_url=office.base_url, client=(ADDRESS, 50000), raise_server_exceptions=True)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Response:
        return self.client.get(f"/api/v1{path}", params=query, headers=self.headers | (headers or {}))

    def report(self, task_id: int, *, key: str = "k1", match: str | None = None, **said: Any) -> Response:
        headers = self.headers | {"idempotency-key": key} | ({"if-match": match} if match else {})
        return self.client.post(f"/api/v1/tasks/{task_id}/reports", json=said, headers=headers)


def program(office: Office, *rights: str, unit: str | None = None) -> Program:
    """A program with a token of its own."""
    return Program(office, token_for(office, *rights, unit=unit))
