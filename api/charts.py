"""Charts as SVG: drawn by pygal, then made fit to be read, without a script and by a screen reader.

A chart is an image with a title and a description that says its figures; pointing at a mark tells
its value. Equal figures make equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

SVG = "http://www.w3.org/2000/svg"
WIDTH, HEIGHT = 960, 480
"""In the units of the image, which scales to whatever place it is given."""
LINE_WIDTH, EDGE_WIDTH = 2.5, 0.0
COLOURS = ("#1f5fa8", "#d9822b", "#b3261e")
"""Told apart by people who see colours differently, and 3 to 1 or more against white."""
_INK, _LINES, _PAPER = "#1c1c1c", "#c9ced6", "#ffffff"

ET.register_namespace("", SVG)
# For plug-ins, of which none is used here, pygal looks into every import, in a way that Python
# has given up and warns of.
sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]


@dataclass(frozen=True)
class Mark:
    """One value of a series, None where there is none; `low` and `high` are its interval."""

    value: float | None
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    name: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Chart:
    """What a chart shows. `says` is what it shows in words; `nothing` stands for no figures."""

    title: str
    says: str
    nothing: str
    labels: Sequence[str]
    series: Sequence[Series]
    value_range: tuple[float, float] | None = None
    value_labels: Sequence[float] | None = None


@dataclass(frozen=True)
class Image:
    """An SVG document, and the digest of its one style sheet for a Content-Security-Policy."""

    body: bytes
    style_sha256: str


def bars(chart: Chart) -> Image:
    """Upright bars: one group for each label."""
    return _drawn(pygal.Bar, chart, rounded_bars=2, print_values=False)


def lying_bars(chart: Chart) -> Image:
    """Bars from left to right, with their values: the first label on top."""
    return _drawn(pygal.HorizontalBar, _upside_down(chart), rounded_bars=2, print_values=True)


def lines(chart: Chart) -> Image:
    """A line for each series, with the interval of each value."""
    return _drawn(pygal.Line, chart, dots_size=4, allow_interruptions=True)


def _upside_down(chart: Chart) -> Chart:
    """The same from bottom to top, which is how lying bars are drawn."""
    turned = [Series(each.name, each.marks[::-1]) for each in chart.series]
    return Chart(
        chart.title,
        chart.says,
        chart.nothing,
        chart.labels[::-1],
        turned,
        chart.value_range,
        chart.value_labels,
    )


def _drawn(kind: Any, chart: Chart, **options: Any) -> Image:
    if chart.value_range is not None:
        options["range"] = chart.value_range
    has_any = any(mark.value is not None for series in chart.series for mark in series.marks)
    drawing = kind(
        width=WIDTH,
        height=HEIGHT,
        style=_style(LINE_WIDTH if kind is pygal.Line else EDGE_WIDTH),
        title=chart.title,
        no_data_text=chart.nothing,
        js=[],
        legend_at_bottom=True,
        legend_at_bottom_columns=len(chart.series),
        legend_box_size=14,
        margin=16,
        show_y_labels=has_any,
        show_y_guides=has_any,
        show_x_labels=has_any,
        truncate_label=-1,
        truncate_legend=-1,
        **options,
    )
    drawing.uuid = "chart"
    if has_any:
        drawing.x_labels = list(chart.labels)
        drawing.y_labels = chart.value_labels and list(chart.value_labels)
        for series in chart.series:
            drawing.add(series.name, [_point(mark) for mark in series.marks])
    return _readable(drawing.render(), chart)


def _point(mark: Mark) -> dict[str, Any] | None:
    if mark.value is None:
        return None
    point: dict[str, Any] = {"value": mark.value, "formatter": lambda value: mark.text}
    if mark.low is not None and mark.high is not None:
        point["ci"] = {"low": mark.low, "high": mark.high}
    return point


def _style(stroke_width: float) -> Style:
    return Style(
        background=_PAPER,
        plot_background=_PAPER,
        foreground=_INK,
        foreground_strong=_INK,
        foreground_subtle=_INK,
        guide_stroke_color=_LINES,
        major_guide_stroke_color=_LINES,
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        colors=COLOURS,
        value_colors=(_PAPER, _INK, _PAPER),
        font_family="system-ui, sans-serif",
        opacity="1",
        opacity_hover="1",
        stroke_opacity="1",
        stroke_width=str(stroke_width),
        transition="0s",
        title_font_size=20,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=15,
        value_font_size=14,
        no_data_font_size=22,
    )


def _readable(drawn: bytes, chart: Chart) -> Image:
    """The drawing as one image with a title and a description, and without its script."""
    root = ET.fromstring(drawn)  # noqa: S314  drawn here, from nothing but figures
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in list(root.iter()):
        name = element.tag.removeprefix(f"{{{SVG}}}")
        if name in ("script", "title"):
            parents[element].remove(element)
        elif name == "desc":
            _told_by_pointing(element, parents[element])
        elif "style" in element.attrib:
            del element.attrib["style"]
    root.attrib |= {"role": "img", "aria-labelledby": "title says"}
    for tag, name, text in (("desc", "says", chart.says), ("title", "title", chart.title)):
        told = ET.Element(f"{{{SVG}}}{tag}", {"id": name})
        told.text = text
        root.insert(0, told)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Image(body, _style_digest(body))


def _told_by_pointing(description: ET.Element, mark: ET.Element) -> None:
    """Has a browser show a mark's value, which pygal leaves to its script; the rest is dropped."""
    if description.get("class") == "value":
        description.tag = f"{{{SVG}}}title"
        description.attrib.clear()
    else:
        mark.remove(description)


def _style_digest(body: bytes) -> str:
    """The digest of the style sheet's text as it is read, in base64."""
    (style,) = ET.fromstring(body).iter(f"{{{SVG}}}style")  # noqa: S314  made here
    return base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
