"""Doors for monitoring: /healthz says whether all is well, /metrics counts; neither names a person."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse, Response

from tracker.errors import DatabaseError
from tracker.health.examination import check_flow
from tracker.health.figures import Figures, load_figures
from tracker.health.speech import check_rungs
from tracker.people.clients import PREFIX, Right, find_client
from tracker.web.deps import Here
from tracker.web.site import Visit

router = APIRouter()
RUNGS_KEPT_SECONDS = 600  # deciding about every task anew takes long where there are many
PULSE_KEPT_SECONDS = 5  # whoever asks a thousand times a second asks the database once


@router.get("/healthz")
def show_pulse(visit: Here) -> Response:
    """200 "ok", or 503 with the names of the checks that are not well. No sign-in: it says nothing else."""
    codes = visit.site.kept("pulse", PULSE_KEPT_SECONDS, visit.now, lambda: pulse(visit))
    return PlainTextResponse(" ".join(codes) + "\n" if codes else "ok\n", status_code=503 if codes else 200)


def pulse(visit: Visit) -> list[str]:
    """The names of the checks that are not well."""
    site = visit.site
    try:
        site.database.check()
        with visit.read() as session:
            flow = check_flow(session, site.config, calendar=site.calendar, uptime=site.uptime(), now=visit.now)
        wrong = [one.name for one in flow if not one.is_well]
        return [*wrong, "rungs"] if unsaid_rungs(visit) else wrong
    except DatabaseError:
        return ["database"]


def unsaid_rungs(visit: Visit) -> int:
    """How many rungs are due and unsaid; looked for anew every ten minutes."""

    def look() -> int:
        with visit.read() as session:
            check = check_rungs(session, visit.site.config, visit.site.calendar, today=visit.today)
        return 0 if check.is_well else int(str(check.found[0].values["count"]))

    return visit.site.kept("rungs", RUNGS_KEPT_SECONDS, visit.now, look)


@router.get("/metrics")
def show_metrics(visit: Here) -> Response:
    """Figures in the text format of Prometheus, for the addresses of [web] metrics_from and for tokens with metrics:read."""
    if not _may_read(visit):
        challenge = {"www-authenticate": f'Bearer realm="don-doc", scope="{Right.METRICS_READ}"'}
        return PlainTextResponse("a token with metrics:read is needed\n", status_code=401, headers=challenge)
    site = visit.site
    try:
        figures = load_figures(
            site.database, site.config, calendar=site.calendar, uptime=site.uptime(), now=visit.now
        )  # fmt: skip
        unsaid = unsaid_rungs(visit)
    except DatabaseError:
        return PlainTextResponse("the database cannot be read\n", status_code=503)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures, unsaid))
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _may_read(visit: Visit) -> bool:
    token = visit.request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if token.startswith(PREFIX):
        with visit.read() as session:
            client = find_client(session, token, today=visit.today)
        return client is not None and Right.METRICS_READ in client.rights
    try:
        address = ip_address(visit.address)
    except ValueError:
        return False
    return any(address in ip_network(one, strict=False) for one in visit.site.config.web.metrics_from)


class _Figures(Collector):
    """One scrape: figures that were read once, as Prometheus wants them."""

    def __init__(self, figures: Figures, unsaid: int) -> None:
        self._figures = figures
        self._unsaid = unsaid

    def collect(self) -> Iterable[Metric]:
        """Every family."""
        of = self._figures
        yield _family("letters", "Letters posted in the last seven days", ("kind", "state"), of.letters)
        yield _family("outbox_letters", "Letters that have not been sent, of whatever age", ("state",), of.outbox)
        yield _family("attempts", "Attempts at letters of the last seven days, by answer", ("answer",), of.attempts)
        yield _family("tasks", "Tasks by standing, without policies", ("standing",), of.tasks)
        done_at = {job: at.timestamp() for job, at in of.slots_done_at.items()}
        yield _family("slot_done_timestamp_seconds", "When a job was done last", ("job",), done_at)
        yield _family(
            "slot_late_seconds", "How long a slot has been due without being done", ("job",), of.slots_late_seconds
        )
        for name, value, says in (
            ("oldest_waiting_seconds", of.oldest_waiting_seconds, "Age of the oldest letter that has not left"),
            ("stale_leases", of.stale_leases, "Leases that are older than they may be"),
            ("rungs_unsaid", self._unsaid, "Rungs that are due and unsaid after the sweep of the day"),
            ("clock_ahead_seconds", of.clock_ahead_seconds, "How far the newest row lies ahead of the clock"),
            ("clock_jump_seconds", of.clock_jump_seconds, "The last jump of the clock of this machine, for a day"),
            ("sweep_seconds", of.sweep_seconds, "How long the last sweep took"),
            ("database_bytes", of.database_bytes, "Size of the database"),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"dondoc_{name}", says, value=value)


def _family(
    name: str, says: str, labels: tuple[str, ...], values: Mapping[str, float] | Mapping[tuple[str, str], int]
) -> Metric:
    family = GaugeMetricFamily(f"dondoc_{name}", says, labels=labels)
    for key, value in values.items():
        family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family
