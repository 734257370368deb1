"""The configuration under which everything is measured: the defaults of config.toml, with the bench's file and sink."""

from pathlib import Path

from bench.province import url_of
from tracker.config import Config, Mail, Office
from tracker.config import Database as DatabaseSection

SENDER = "Văn phòng Điều phối NTM <don-doc@tinh.invalid>"


def office(place: Path | str, port: int) -> Config:
    """An office whose database is `place` (an SQLite file, or an URL) and whose mail server is the sink at `port`."""
    name = "Văn phòng Điều phối xây dựng NTM"
    return Config(
        database=DatabaseSection(url=url_of(place)),
        office=Office(name=name, place="Thọ Lập", telephone="0237 000 0000"),
        mail=Mail(transport="smtp", host="127.0.0.1", port=port, security="none", sender=SENDER),
    )
