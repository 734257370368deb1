"""The briefing as a letter and as one page to be printed."""

from dataclasses import dataclass

from tracker.briefing.charts import communes_chart, growth_chart, sparks_chart, standings_chart, weeks_chart
from tracker.briefing.pdf import png_of
from tracker.briefing.view import BriefingView
from tracker.briefing.words import words_of
from tracker.notify.render import Rendered, environment, rendered
from tracker.outbox.mime import Picture

CHART_WIDTH = 150.0  # millimetres
CHART_PIXELS = 1_200  # twice what a letter shows: sharp on a telephone


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of the page as SVG; each is empty where there is nothing to draw."""

    weeks: str
    growth: str
    standings: str
    communes: str
    sparks: str


def render_briefing(view: BriefingView) -> Rendered:
    """The letter that carries the weekly briefing; its HTML shows the pictures of `pictures_of`."""
    chart = picture_name(view) if weeks_chart(view.trend) else ""
    return rendered("briefing", **words_of(view).values(), chart=chart)


def picture_name(view: BriefingView) -> str:
    """The Content-ID of the chart in the letter."""
    return f"weeks.{view.period}@briefing"


def pictures_of(view: BriefingView) -> tuple[Picture, ...]:
    """The chart of the weeks for the letter; none before there are two weeks."""
    chart = weeks_chart(view.trend)
    return (Picture(picture_name(view), png_of(chart, width=CHART_WIDTH, pixels=CHART_PIXELS)),) if chart else ()


def briefing_page(view: BriefingView) -> str:
    """The briefing as one HTML page to be printed on A4."""
    charts = Charts(
        weeks=weeks_chart(view.trend),
        growth=growth_chart(view.criteria),
        standings=standings_chart(view),
        communes=communes_chart(view.grid, view.week),
        sparks=sparks_chart(view.criteria),
    )
    return environment().get_template("reports/briefing.html").render(words_of(view).values(), charts=charts)
