"""Fan-out to viewers: frames may be skipped, rows never; returning viewers get each row once."""

import asyncio

import pytest

from app.session.channel import Batch, Channel, Frame, Item, Redrawn, event_bytes
from app.session.explain.timeline import Row
from app.session.limits import LAG_FRAMES, RING_FRAMES, TIMELINE_ROWS
from app.texts.languages import Language
from app.texts.text import Text

pytestmark = pytest.mark.anyio


def row(number: int) -> Row:
    return Row(
        f"e{number}", number, "neutral", "", "", Text("{name} removed", name=f"row {number}")
    )


def seen_rows(items: list[Item]) -> list[str]:
    return [one.id for item in items if isinstance(item, Batch) for one in item.rows]


def seen_frames(items: list[Item]) -> list[str]:
    return [item.bytes.decode() for item in items if isinstance(item, Frame)]


async def test_a_new_viewer_gets_the_drawing_all_rows_and_the_newest_frame() -> None:
    channel = Channel()
    channel.redrawn(3)
    channel.publish_rows((row(1), row(2)))
    for number in range(10):
        channel.publish_frame(f"{number}")
    channel.publish_rows((row(3),))
    items = channel.take(channel.join())
    assert items[0] == Redrawn(3)
    assert seen_rows(items) == ["e1", "e2", "e3"]
    assert [one.split("data: ")[1] for one in seen_frames(items)] == ["9\n\n"]


async def test_a_viewer_that_keeps_up_gets_everything_once() -> None:
    channel = Channel()
    viewer = channel.join()
    channel.take(viewer)
    frames, rows = 0, []
    for number in range(200):
        channel.publish_rows((row(number),))
        channel.publish_frame("{}")
        items = channel.take(viewer)
        frames += len(seen_frames(items))
        rows += seen_rows(items)
    assert frames == 200
    assert rows == [f"e{number}" for number in range(200)]
    assert channel.take(viewer) == []


async def test_a_slow_viewer_skips_frames_but_no_rows() -> None:
    channel = Channel()
    viewer = channel.join()
    channel.take(viewer)
    for number in range(RING_FRAMES * 3):
        channel.publish_rows((row(number),))
        channel.publish_frame(f"{number}")
    items = channel.take(viewer)
    assert len(seen_frames(items)) == 1
    assert f"data: {RING_FRAMES * 3 - 1}\n" in seen_frames(items)[0]
    assert seen_rows(items) == [f"e{number}" for number in range(RING_FRAMES * 3)]


async def test_a_viewer_a_little_behind_gets_each_frame() -> None:
    channel = Channel()
    viewer = channel.join()
    channel.publish_frame("first")
    channel.take(viewer)
    for number in range(LAG_FRAMES):
        channel.publish_frame(f"{number}")
    assert len(seen_frames(channel.take(viewer))) == LAG_FRAMES


async def test_event_ids_only_grow_for_a_viewer() -> None:
    channel = Channel()
    viewer = channel.join()
    numbers = []
    for number in range(50):
        channel.publish_frame("{}")
        channel.publish_rows((row(number),))
        if number % 3 == 0:
            taken = channel.take(viewer)
            numbers += [item.seq for item in taken if isinstance(item, Batch | Frame)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("cut", range(12))
async def test_a_viewer_returning_with_its_last_id_misses_no_row(cut: int) -> None:
    channel = Channel()
    first = channel.join()
    read: list[Batch | Frame] = []
    for number in range(6):
        channel.publish_rows((row(number),))
        channel.publish_frame("{}")
        read += [item for item in channel.take(first) if isinstance(item, Batch | Frame)]
    # The connection broke after `cut` events.
    got = seen_rows([*read[:cut]])
    last_id = f"{channel.boot}-{read[cut - 1].seq}" if cut else ""
    channel.publish_rows((row(6),))
    second = channel.take(channel.join(last_id))
    assert got + seen_rows(second) == [f"e{number}" for number in range(7)]


@pytest.mark.parametrize(
    "last_id", ["other-5", "-5", "5", "{boot}-", "{boot}-9999", "{boot}-²", "{boot}--1", "\x00"]
)
async def test_a_viewer_with_an_unknown_last_id_gets_all_rows(last_id: str) -> None:
    channel = Channel()
    for number in range(3):
        channel.publish_rows((row(number),))
    items = channel.take(channel.join(last_id.format(boot=channel.boot)))
    assert seen_rows(items) == ["e0", "e1", "e2"]
    batch = next(item for item in items if isinstance(item, Batch))
    assert batch.whole


async def test_rows_that_no_viewer_can_still_miss_are_dropped() -> None:
    channel = Channel()
    old = channel.join()
    channel.take(old)
    for number in range(TIMELINE_ROWS + 100):
        channel.publish_rows((row(number),))
    items = channel.take(old)
    batch = next(item for item in items if isinstance(item, Batch))
    assert batch.whole
    assert len(batch.rows) == TIMELINE_ROWS
    assert batch.rows[-1].id == f"e{TIMELINE_ROWS + 99}"


async def test_a_new_run_empties_the_timeline_of_everybody() -> None:
    channel = Channel()
    viewer = channel.join()
    channel.publish_rows((row(1),))
    channel.take(viewer)
    channel.clear_rows()
    channel.publish_rows((row(2),))
    items = channel.take(viewer)
    assert seen_rows(items) == ["e2"]
    assert [item.whole for item in items if isinstance(item, Batch)] == [True]


async def test_rows_are_rendered_once_per_language() -> None:
    channel = Channel()
    rendered: list[Language] = []

    def take(language: Language) -> bytes:
        def render(rows: tuple[Row, ...], whole: bool) -> str:
            rendered.append(language)
            return f"<li>{rows[0].text.say(language)}</li>\n<li>{whole}</li>"

        items = channel.take(viewers.pop())
        batch = next(item for item in items if isinstance(item, Batch))
        return batch.encode(channel.boot, language, render)

    viewers = [channel.join() for _ in range(6)]
    for viewer in viewers:
        channel.take(viewer)
    channel.publish_rows((row(1),))
    english = {take("en") for _ in range(3)}
    korean = {take("ko") for _ in range(3)}
    assert rendered == ["en", "ko"]
    assert english == {
        f"id: {channel.boot}-1\ndata: <li>row 1 removed</li>\ndata: <li>False</li>\n\n".encode()
    }
    assert "row 1 삭제됨".encode() in korean.pop()


async def test_news_between_take_and_wait_wake_the_viewer() -> None:
    channel = Channel()
    viewer = channel.join()
    channel.take(viewer)
    channel.publish_frame("{}")
    async with asyncio.timeout(5):
        await channel.wait(viewer)
    channel.take(viewer)
    waiting = asyncio.create_task(channel.wait(viewer))
    await asyncio.sleep(0)
    assert not waiting.done()
    channel.redrawn(9)
    async with asyncio.timeout(5):
        await waiting


async def test_one_viewer_that_leaves_does_not_wake_or_end_the_others() -> None:
    channel = Channel()
    viewers = [channel.join() for _ in range(3)]
    for viewer in viewers:
        channel.take(viewer)
    tasks = [asyncio.create_task(channel.wait(viewer)) for viewer in viewers]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert not tasks[1].done()
    channel.publish_frame("{}")
    async with asyncio.timeout(5):
        await asyncio.gather(*tasks[1:])


def test_only_line_ends_of_the_sse_standard_split_an_event() -> None:
    data = '{"name":"a\u2028b\u0085c\x0bd"}'
    assert event_bytes("x-1", "frame", data) == f"id: x-1\nevent: frame\ndata: {data}\n\n".encode()
    assert event_bytes("", "", "a\r\nb\rc\nd") == b"data: a\ndata: b\ndata: c\ndata: d\n\n"
