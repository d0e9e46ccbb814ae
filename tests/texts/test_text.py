"""A text says the same in every language, with names as they are and numbers as people write."""

import pickle

import pytest

from app.texts.text import Text, joined, plural, verbatim


def test_values_stand_where_the_message_of_the_language_has_them() -> None:
    text = Text("There is no node “{node}”.", node="web-1")
    assert text.en == "There is no node “web-1”."
    assert text.say("ko") == "“web-1” 노드가 없습니다."


def test_values_given_later_stand_beside_those_given_before() -> None:
    text = Text("{watcher} believed {target} up since {since} s").given(watcher="lb-1")
    later = text.given(target="web-1", since="2.000")
    assert later.en == "lb-1 believed web-1 up since 2.000 s"
    assert later.say("ko") == "lb-1은(는) 2.000초부터 web-1을(를) 정상으로 판단"
    assert text.say("en", target="a", since=1) == "lb-1 believed a up since 1 s"


def test_placeholders_without_any_value_are_left() -> None:
    assert Text("There is no node “{node}”.").en == "There is no node “{node}”."


def test_names_are_never_read_as_placeholders() -> None:
    assert Text("{name}: {why}", name="{why}", why="{name}").en == "{why}: {name}"


def test_texts_among_the_values_are_said_in_the_same_language() -> None:
    kinds = [Text("Web server"), Text("Cache")]
    text = Text("{source} links to: {kinds}.", source=Text("Load balancer"), kinds=kinds)
    assert text.en == "Load balancer links to: Web server, Cache."
    assert text.say("ko") == "로드 밸런서에서 이을 수 있는 대상: 웹 서버, 캐시."


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows"), (1, "1 row"), (1.0, "1 row"), (1.5, "1.5 rows"), (57_000, "57,000 rows")],
)
def test_the_form_goes_with_the_count(count: float, said: str) -> None:
    text = plural("{count} row", "{count} rows", count=count)
    assert text.en == said
    assert text.say("ko") == f"{said.split()[0]}행"


def test_a_counted_text_without_a_count_speaks_of_many() -> None:
    assert plural("user", "users").en == "users"
    assert plural("{count} row", "{count} rows").forms("en") == {
        "one": "{count} row",
        "other": "{count} rows",
    }
    assert plural("{count} row", "{count} rows").forms("ko") == {"other": "{count}행"}


def test_a_counted_text_with_a_placeholder_is_not_said_without_its_count() -> None:
    with pytest.raises(KeyError, match="count"):
        plural("{count} row", "{count} rows").say("en")


def test_one_english_text_may_be_two_elsewhere() -> None:
    assert Text("Users").say("ko") != Text("Users", context="number").say("ko")


def test_a_text_without_a_translation_is_said_in_english() -> None:
    assert Text("Nobody translates {this}.", this=1_000).say("ko") == "Nobody translates 1,000."


def test_texts_are_joined_and_names_stay_as_they_are() -> None:
    text = joined(verbatim("{x}"), Text("Cache"), verbatim(1_234.5), by=" · ")
    assert text.en == "{x} · Cache · 1,234.5"
    assert text.say("ko") == "{x} · 캐시 · 1,234.5"


def test_equal_texts_are_one_text_also_after_a_trip_to_another_process() -> None:
    text = plural("{count} row", "{count} rows", count=2)
    assert (
        pickle.loads(pickle.dumps(text)) == text == plural("{count} row", "{count} rows", count=2)
    )
    assert hash(text) == hash(plural("{count} row", "{count} rows", count=2))
    assert text != text.given(count=3)
