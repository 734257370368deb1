"""The charts of the briefing as SVG: standings of the units, the weeks, communes against milestones.

Each reads in black and white too: a bar is told by its pattern, a cell by its letter, a line by its dashes. The
geometry is worked out here, the drawing stands in templates/reports/*.svg.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

from tracker.briefing.paper import printable
from tracker.briefing.view import BriefingView, CellRow, CriteriaView, GridView, Point
from tracker.notify.fitting import cut
from tracker.notify.render import environment

MOST_UNITS = 40  # bars of one chart, the worst
MOST_COMMUNES = 60  # lines of one heat map
WIDTH = 640  # units of the drawing, of all charts
INK, WHITE = "#14212e", "#ffffff"

PARTS = (
    # field, words, fill, ink, is written on a pattern
    ("open_overdue", "chưa, quá hạn", "url(#late)", "#7a1712", True),
    ("open_in_time", "chưa, trong hạn", WHITE, INK, False),
    ("undated", "không ghi hạn", "url(#dots)", INK, True),
    ("done_late", "xong quá hạn", "#b9c2cc", INK, False),
    ("done_on_time", "xong đúng hạn", "#1f6b3a", WHITE, False),
)
SIGNS = {
    # standing: letter, words, fill, ink
    "open_overdue": ("Q", "quá hạn", "#8f1d16", WHITE),
    "open_in_time": ("T", "trong hạn", WHITE, INK),
    "open_undated": ("K", "không ghi hạn", "#eef1f4", INK),
    "waiting": ("C", "chờ nghiệm thu", "#f3dfa4", INK),
    "held": ("D", "tạm dừng", "#d9d9d9", INK),
    "done_late": ("M", "xong quá hạn", "#9db8a5", INK),
    "done_on_time": ("Đ", "xong đúng hạn", "#1f6b3a", WHITE),
    "done_undated": ("X", "đã xong", "#1f6b3a", WHITE),
}


def standings_chart(view: BriefingView) -> str:
    """How the tasks of every unit stand, as bars; the worst forty units. Empty without a task."""
    units = [unit for unit in view.units if unit.total][:MOST_UNITS]
    if not units:
        return ""
    left, room = 250, WIDTH - 250 - 40
    longest = max(unit.total for unit in units)
    return _drawn(
        "standings",
        height=32 + 21 * len(units) + 6,
        left=left,
        title=f"Tình hình thực hiện theo đơn vị, tuần {view.week}",
        legend=[
            {"x": x, "name": words, "fill": fill}
            for x, (_, words, fill, _, _) in zip((8, 140, 284, 396, 500), PARTS, strict=True)
        ],
        bars=[_bar(unit, 32 + 21 * at, left, room / longest) for at, unit in enumerate(units)],
    )


def _bar(unit: CellRow, y: int, left: int, scale: float) -> dict[str, Any]:
    numbers = [getattr(unit, field) for field, *_ in PARTS]
    starts = [0, *accumulate(numbers)]
    parts = [
        {
            "x": round(left + start * scale, 1),
            "width": round(number * scale, 1),
            "middle": round(left + (start + number / 2) * scale, 1),
            "fill": fill,
            "ink": ink,
            "halo": halo,
            "number": number,
            "shown": number * scale >= 9 * len(str(number)),
        }
        for start, number, (_, _, fill, ink, halo) in zip(starts, numbers, PARTS, strict=False)
        if number
    ]
    return {
        "name": cut(unit.name.removeprefix("UBND "), 34),
        "y": y,
        "parts": parts,
        "end": round(left + starts[-1] * scale, 1),
        "total": unit.total,
    }


def weeks_chart(trend: Sequence[Point]) -> str:
    """Open, overdue and done tasks week by week; empty before there are two weeks."""
    if len(trend) < 2:
        return ""
    left, right, top, bottom = 44, WIDTH - 160, 12, 190
    highest = max(max(point.open, point.done) for point in trend)
    scale = _scale(highest)
    step = (right - left) / (len(trend) - 1)

    def y(number: int) -> float:
        return round(bottom - (bottom - top) * number / scale[-1], 1)

    lines = []
    for name, field, ink, dash in (
        ("Đang thực hiện", "open", INK, ""),
        ("Đã hoàn thành", "done", "#1f6b3a", "8 4"),
        ("Quá hạn", "overdue", "#8f1d16", "2 3"),
    ):
        dots = [{"x": round(left + step * at, 1), "y": y(getattr(point, field))} for at, point in enumerate(trend)]
        path = "M" + "L".join(f"{dot['x']} {dot['y']}" for dot in dots)
        lines.append(
            {"name": name, "ink": ink, "dash": dash, "dots": dots, "path": path, "number": getattr(trend[-1], field)}
        )
    for line, place in zip(lines, _apart([line["dots"][-1]["y"] + 4 for line in lines]), strict=True):
        line |= {"x": right + 10, "y": place}
    every = -(-len(trend) // 13)
    weeks = [
        {"x": round(left + step * at, 1), "name": point.week.partition("/")[0]}
        for at, point in enumerate(trend)
        if (len(trend) - 1 - at) % every == 0
    ]
    return _drawn(
        "weeks",
        height=226,
        left=left,
        right=right,
        title=f"Việc đang thực hiện, đã hoàn thành và quá hạn đến tuần {trend[-1].week}",
        scale=[{"y": y(number), "number": number} for number in scale],
        weeks=weeks,
        lines=lines,
    )


def growth_chart(found: CriteriaView | None) -> str:
    """The average of criteria a commune week by week, against what the papers aim at; empty without criteria."""
    if found is None or not found.averages:
        return ""
    left, right, top, bottom = 44, WIDTH - 160, 12, 190
    lowest = int(min((*found.averages, *([found.aim] if found.aim else []))))
    scale = _between(lowest, found.criteria)
    step = (right - left) / max(len(found.days) - 1, 1)

    def y(number: float) -> float:
        return round(bottom - (bottom - top) * (number - scale[0]) / (scale[-1] - scale[0]), 1)

    dots = [{"x": round(left + step * at, 1), "y": y(one)} for at, one in enumerate(found.averages)]
    now, aim = y(found.averages[-1]) + 4, y(found.aim or 0) + 4
    now_y, aim_y = _apart([now, aim]) if found.aim else (now, aim)
    every = -(-len(found.days) // 9)
    return _drawn(
        "growth",
        height=226,
        left=left,
        right=right,
        title="Số tiêu chí bình quân một xã so với mục tiêu trong năm",
        scale=[{"y": y(number), "number": number} for number in scale],
        days=[
            {"x": round(left + step * at, 1), "name": name}
            for at, name in enumerate(found.days)
            if (len(found.days) - 1 - at) % every == 0
        ],
        path="M" + "L".join(f"{dot['x']} {dot['y']}" for dot in dots),
        dots=dots,
        now={"y": now_y, "number": _figure(found.averages[-1])},
        aim={
            "is_there": found.aim is not None, "y": y(found.aim or 0), "word_y": aim_y, "number": _figure(found.aim or 0)
        },
    )  # fmt: skip


def _between(lowest: int, highest: int) -> list[int]:
    """At most eight whole numbers from just below `lowest` to `highest`."""
    step = -(-(highest - lowest + 1) // 7)
    found = list(range(highest, lowest - 1, -step))
    return [found[-1] - step, *reversed(found)] if found[-1] >= lowest and found[-1] > 0 else found[::-1]


def _figure(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def sparks_chart(found: CriteriaView | None) -> str:
    """Each commune's criteria week by week as a small line with the number of today; empty without criteria."""
    if found is None or not found.communes:
        return ""
    communes = found.communes[:MOST_COMMUNES]
    rows = -(-len(communes) // 2)
    return _drawn(
        "sparks",
        height=26 * rows + 8,
        title="Số tiêu chí của từng xã theo tuần",
        lines=[
            _spark(name, met, found.criteria, 4 + 26 * (at % rows), 320 * (at // rows))
            for at, (name, met) in enumerate(communes)
        ],
    )


def _spark(name: str, met: tuple[int, ...], criteria: int, y: int, x: int) -> dict[str, Any]:
    start, width = x + 130, 120
    step, lowest = width / max(len(met) - 1, 1), min(met)
    room = max(criteria - lowest, 1)
    ys = [round(y + 19 - 16 * (one - lowest) / room, 1) for one in met]
    path = "M" + "L".join(f"{round(start + step * at, 1)} {one}" for at, one in enumerate(ys))
    return {
        "name": cut(name, 20), "name_x": start - 8, "x": start, "right": start + width, "y": y, "path": path,
        "last_y": ys[-1], "met": f"{met[-1]}/{criteria}",
    }  # fmt: skip


def _scale(highest: int) -> list[int]:
    """Five round numbers from 0 to at least `highest`."""
    step = 1
    while step * 4 < highest:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return [step * at for at in range(5)]


def _apart(places: list[float], room: float = 16) -> list[float]:
    """The same places, in their order, moved down until no two words lie over each other."""
    moved: dict[int, float] = {}
    last = float("-inf")
    for at in sorted(range(len(places)), key=lambda one: places[one]):
        last = moved[at] = max(places[at], last + room)
    return [moved[at] for at in range(len(places))]


def communes_chart(grid: GridView, week: str) -> str:
    """Communes against milestones; empty without any. The columns are numbered and named below."""
    if not grid.lines:
        return ""
    lines = grid.lines[:MOST_COMMUNES]
    left, side = 150, min(44, (WIDTH - 158) // max(len(grid.columns), 1))
    used = [sign for sign in SIGNS if any(sign in cells for _, cells in lines)]
    legend_height = 24 * -(-len(used) // 4)
    top = 12 + legend_height + 24
    bottom = top + 20 * len(lines)
    return _drawn(
        "communes",
        height=bottom + 12 + 18 * len(grid.columns),
        left=left,
        side=side,
        title=f"Các xã theo từng mốc, tuần {week}",
        legend=[
            {
                "x": 8 + 156 * (at % 4), "y": 6 + 24 * (at // 4), "sign": SIGNS[one][0], "name": SIGNS[one][1],
                "fill": SIGNS[one][2], "ink": SIGNS[one][3],
            }
            for at, one in enumerate(used)
        ],
        columns=[
            {"x": left + side * at + side / 2, "y": top - 6, "number": at + 1} for at in range(len(grid.columns))
        ],
        lines=[
            {"name": cut(name, 24), "y": top + 20 * at, "cells": list(_cells(cells, left, side))}
            for at, (name, cells) in enumerate(lines)
        ],
        keys=[
            {"y": bottom + 20 + 18 * at, "number": at + 1, "name": cut(title, 88)}
            for at, title in enumerate(grid.columns)
        ],
    )  # fmt: skip


def _cells(cells: Iterable[str | None], left: int, side: int) -> Iterable[dict[str, Any]]:
    for at, stands in enumerate(cells):
        if stands is not None:
            sign, _, fill, ink = SIGNS[stands]
            x = left + side * at
            yield {"x": x, "middle": x + side / 2, "sign": sign, "fill": fill, "ink": ink}


def _drawn(name: str, **values: Any) -> str:
    shapes = {key: _shaped(value) for key, value in values.items()}
    return environment().get_template(f"reports/{name}.svg").render(width=WIDTH, **shapes)


def _shaped(value: Any) -> Any:
    """Lists of shapes as objects: templates find a field by plain getattr."""
    if isinstance(value, list):
        return [_shaped(one) for one in value]
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _shaped(one) for key, one in value.items()})
    return printable(value) if isinstance(value, str) else value
