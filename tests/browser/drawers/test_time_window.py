"""The run drawer's time: one window of scrubber and charts, zoomed by hand, followed, asked for."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.support.browser.frames import wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

SPAN = """() => {
    const all = [...document.querySelectorAll(".scrub-label")];
    const times = all.map((one) => parseFloat(one.textContent));
    return [times[0], times[times.length - 1]];
}"""
WIDE: ViewportSize = {"width": 1440, "height": 900}
LABELS = "all => all.map(one => parseFloat(one.textContent))"
MORE_CHARTS = ("goodput", "lag", "connections", "cost")


def rested(page: Page, at_s: float = 30, speed: str = "10") -> None:
    """A run that was played to some time, and stands still."""
    page.goto("/scenarios/replicated")
    page.locator("#speed").select_option(speed)
    wait_until(page, f"frame.t > {at_s}")
    page.locator("#pause").click()
    wait_until(page, "!frame.running")


def labels(page: Page) -> list[float]:
    """Times under the scrubber."""
    found: list[float] = page.locator(".scrub-label").evaluate_all(LABELS)
    return found


def shown(page: Page, least: float, most: float) -> None:
    """Wait until the scrubber's first and last label are so many seconds apart."""
    page.wait_for_function(
        f"given => {{ const [low, high] = ({SPAN})();"
        " return high - low >= given[0] && high - low <= given[1]; }",
        arg=[least, most],
    )


def chart_at(page: Page, share: float, chart: str = "latency") -> tuple[float, float]:
    """A point of a chart, at a share of its width."""
    box = page.locator(f"#chart-{chart} .u-over").bounding_box()
    assert box
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def test_scrubber_and_charts_show_one_window_that_wheel_drag_and_keys_change(page: Page) -> None:
    page.set_viewport_size(WIDE)
    rested(page)
    shown(page, 60, 60)
    follow = page.locator("#timeFollow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.mouse.move(*chart_at(page, 0.2))
    page.mouse.wheel(0, -600)
    shown(page, 10, 30)
    expect(follow).to_have_attribute("aria-pressed", "false")
    first, second, *_ = labels(page)
    page.mouse.click(*chart_at(page, 0.02, "throughput"))
    wait_until(page, "frame.past && !frame.seeking")
    at_s = page.evaluate("() => window.loadground.frame.t")
    assert first - (second - first) < at_s < second
    page.mouse.move(*chart_at(page, 0.3))
    page.mouse.down()
    page.mouse.move(*chart_at(page, 0.5), steps=5)
    page.mouse.up()
    shown(page, 2, 6)
    assert page.evaluate("() => window.loadground.frame.t") == at_s  # a drag is no click
    page.locator("#charts").focus()
    page.keyboard.press("0")
    shown(page, 60, 60)
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("+")
    shown(page, 20, 45)
    box = page.locator("#scrub").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 15)
    page.mouse.wheel(0, 2000)
    shown(page, 60, 60)


def test_the_window_follows_the_head_at_any_speed(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.goto("/scenarios/replicated")
    for speed, until_s in (("100", 1500), ("1", 0), ("0.1", 0)):
        page.locator("#speed").select_option(speed)
        wait_until(page, f"frame.t > {until_s} && frame.speed === {speed}")
        span = 60 * float(speed)
        page.wait_for_function(
            f"""span => {{
                const [low, high] = ({SPAN})(), {{ head }} = window.loadground.frame;
                const inside = head >= low - span / 2 && head <= high + span / 2;
                return inside && high - low <= 2 * span;
            }}""",
            arg=span,
        )
        expect(page.locator("#scrub")).not_to_have_class(re.compile("elsewhere"))


def test_a_window_asks_the_server_for_its_part_of_the_run(page: Page) -> None:
    page.set_viewport_size(WIDE)
    rested(page, 2000, "100")
    with page.expect_response(lambda answer: "low_s" in answer.url) as asked:
        page.mouse.move(*chart_at(page, 0.5))
        page.mouse.wheel(0, -1500)
    answer = asked.value.json()
    assert answer["t"]
    assert answer["t"][-1] - answer["t"][0] < 2000
    assert len(answer["t"]) == len(answer["columns"]["completed"])


def test_charts_are_chosen_and_a_colour_stays_with_its_node(
    page: Page, axe_violations: Callable[[Page], list[str]]
) -> None:
    page.set_viewport_size(WIDE)
    rested(page)
    page.locator("#charts-open").click()
    for name in MORE_CHARTS:
        page.locator(f'#charts-choice input[value="{name}"]').check()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")

    def line_of(chart: str, node: str) -> str | None:
        key = page.locator(f"#chart-{chart} .keys > span", has_text=node)
        return key.locator("path").get_attribute("class")

    first = line_of("utilisation", "db-2")
    assert first
    assert line_of("lag", "db-2") == first
    page.evaluate("() => window.loadground.select('web-1')")
    expect(page.locator("#chart-utilisation .keys")).to_contain_text("web-1")
    assert line_of("utilisation", "db-2") == first
    page.reload()
    for name in MORE_CHARTS:
        expect(page.locator(f"#chart-{name}")).to_be_visible()
    expect(page.locator("#chart-utilisation .keys")).to_contain_text("db-2")
    assert line_of("utilisation", "db-2") == first
    table = page.locator("#chart-table")
    for row in (": goodput", ": attempts", ": all servers"):
        expect(table.locator("tr", has_text=row).locator("td")).to_have_text(re.compile(r"\d"))


def test_throughput_is_told_by_outcome(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.goto("/scenarios/kill-one-of-two")
    page.locator("#speed").select_option("5")
    expect(page.locator("#chart-throughput .keys")).to_contain_text(
        "Connection refused", timeout=60_000
    )


def test_two_fingers_zoom_the_time_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    rested(page)
    page.locator('[data-tab="run"]').tap()
    expect(page.locator("#timeFollow")).to_be_in_viewport(ratio=1)
    shown(page, 60, 60)
    box = page.locator("#scrub").bounding_box()
    assert box
    y, middle = box["y"] + 15, box["x"] + box["width"] / 2
    hands = page.context.new_cdp_session(page)
    for kind, apart in (("Start", 40), ("Move", 80), ("Move", 120), ("End", 0)):
        points = [{"x": middle - apart, "y": y}, {"x": middle + apart, "y": y}] if apart else []
        hands.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    shown(page, 5, 40)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 900), (900, 700)])
def test_the_tools_of_the_time_cover_nothing(
    open_page: OpenPage, locale: str, width: int, height: int
) -> None:
    page = open_page(viewport={"width": width, "height": height}, locale=locale)
    page.goto("/")
    wait_until(page, "frame.t > 0")
    if page.locator("#drawer-toggle").get_attribute("aria-expanded") == "false":
        page.locator("#drawer-toggle").click()
    tools = page.locator(".time-tools").bounding_box()
    last = page.locator("#tabs button:visible").last.bounding_box()
    toggle = page.locator("#drawer-toggle").bounding_box()
    assert tools
    assert last
    assert toggle
    assert last["x"] + last["width"] <= tools["x"]
    assert tools["x"] + tools["width"] <= toggle["x"] + 1
