"""The briefing as a letter and as one page to be printed."""

from dataclasses import dataclass

from tracker.briefing.charts import communes_chart, standings_chart, weeks_chart
from tracker.briefing.view import BriefingView
from tracker.briefing.words import words_of
from tracker.notify.render import Rendered, environment, rendered


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of the page as SVG; each is empty where there is nothing to draw."""

    weeks: str
    standings: str
    communes: str


def render_briefing(view: BriefingView) -> Rendered:
    """The letter that carries the weekly briefing."""
    return rendered("briefing", **words_of(view).values())


def briefing_page(view: BriefingView) -> str:
    """The briefing as one HTML page to be printed on A4."""
    charts = Charts(weeks_chart(view.trend), standings_chart(view), communes_chart(view.grid, view.week))
    return environment().get_template("reports/briefing.html").render(words_of(view).values(), charts=charts)
