"""Pictures of drawings: everything is in them, nothing typed becomes markup, nothing is cut."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from app.export.drawing_svg import Measured, Situation, small_picture, whole_drawing
from app.export.sheet import clipped, width_of
from app.export.static_files import Theme, icon_shapes, page_colour, theme_colours
from app.kinds import KINDS
from app.scenarios import library
from app.texts.languages import LANGUAGES, Language
from app.topology.edits.apply import AddNode, RenameNode, SetFrame
from app.topology.model import Topology
from tests.support.drawings import drawing, edited

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def whole(topology: Topology, situation: Situation | None = None, **given: str) -> str:
    theme: Theme = "dark" if given.get("theme") == "dark" else "light"
    language: Language = "ko" if given.get("language") == "ko" else "en"
    shown = situation or Situation()
    colours = theme_colours(theme)
    return whole_drawing(topology, given.get("title", "Title"), colours, language, shown).markup()


@pytest.mark.parametrize("name", library.names())
def test_a_picture_has_every_card_and_link_inside_its_frame(name: str) -> None:
    topology = library.load(name).topology
    for language in LANGUAGES:
        root = parsed(whole(topology, language=language))
        said = [one.text for tag in ("text", "title") for one in root.iter(f"{SVG}{tag}")]
        assert {node.name for node in topology.nodes} <= set(said)
    left, top, width, height = (float(one) for one in root.attrib["viewBox"].split())
    for box in root.findall(f"{SVG}rect"):
        x, y, w, h = (float(box.attrib[one]) for one in ("x", "y", "width", "height"))
        assert left <= x <= x + w <= left + width
        assert top <= y <= y + h <= top + height


@pytest.mark.parametrize("name", library.names())
def test_a_small_picture_has_a_box_for_every_node_and_none_covers_another(name: str) -> None:
    topology = library.load(name).topology
    root = parsed(small_picture(topology, page_colour, Situation()).markup())
    boxes = [one for one in root.findall(f"{SVG}rect") if one.attrib["fill"] == "var(--surface)"]
    assert len(boxes) == len(topology.nodes)
    places = [
        tuple(float(box.attrib[one]) for one in ("x", "y", "width", "height")) for box in boxes
    ]
    for number, (x, y, w, h) in enumerate(places):
        assert 0 <= x <= x + w <= 240
        assert 0 <= y <= y + h <= 104
        for other in places[number + 1 :]:
            assert abs(x - other[0]) >= w or abs(y - other[1]) >= h


def test_a_name_that_looks_like_markup_stays_a_name() -> None:
    evil = "<script>a('\"&')</script>"
    topology = edited(library.load("replicated").topology, RenameNode(node="web-1", name=evil))
    markup = whole(topology, title=evil)
    assert "<script" not in markup
    title = parsed(markup).find(f"{SVG}title")
    assert title is not None
    assert title.text == evil


def test_a_picture_stands_alone_in_the_colours_of_its_theme() -> None:
    topology = library.load("zone-loss").topology
    light, dark = (whole(topology, theme=theme) for theme in ("light", "dark"))
    for markup in (light, dark):
        assert "var(" not in markup
        assert "href" not in markup
        assert "style" not in markup
    assert theme_colours("light")("canvas") in light
    assert theme_colours("dark")("canvas") in dark
    assert theme_colours("dark")("canvas") not in light


def test_broken_nodes_and_loads_are_shown() -> None:
    topology = library.load("replicated").topology
    calm = whole(topology)
    broken = Situation(frozenset({"web-1"}), figures={"web-2": Measured(0.73, "queue 4")})
    markup = whole(topology, broken)
    for said in ("Broken", "73\N{NO-BREAK SPACE}%", "queue 4"):
        assert said in markup
        assert said not in calm
    assert markup.count(theme_colours("light")("down-fill")) >= 4


def test_an_empty_drawing_says_that_it_is_empty() -> None:
    assert "There is nothing in this drawing yet." in whole(Topology())


def test_every_kind_has_an_icon_of_its_own_to_draw() -> None:
    for kind in KINDS:
        for preset in kind.presets:
            assert icon_shapes()[f"i-{preset.icon}"]


def test_every_colour_of_a_theme_is_known() -> None:
    for theme in ("light", "dark"):
        colours = theme_colours("light" if theme == "light" else "dark")
        for token in ("canvas", "surface", "ink", "edge", "replication", "down-soft"):
            assert re.fullmatch(r"#[0-9a-f]{6}", colours(token))


def test_a_long_name_loses_its_middle() -> None:
    short = clipped("checkout-web-europe-1", 80, 13)
    assert short.startswith("che")
    assert short.endswith("-1")
    assert width_of(short, 13) <= 80
    assert clipped("web-1", 80, 13) == "web-1"


def test_the_frame_of_a_group_is_drawn_in_its_size_also_while_nobody_is_in_it() -> None:
    frames = [
        SetFrame(sort="machine", name="spare", x=900, y=600, w=300, h=200),
        SetFrame(sort="zone", name="a", x=-40, y=-60, w=500, h=400),
    ]
    nodes = [AddNode(kind="web_server", id="web-1", groups={"zone": "a"})]
    sheet = whole(drawing(*nodes, *frames))
    assert "Machine spare" in sheet
    assert 'width="300"' in sheet
    assert 'width="500"' in sheet
    assert "Zone a" in sheet
