"""Contexts of the browser tests: handed on from one to the next with nothing stored in them."""

import pytest

from tests.support.browser.contexts import ContextPool
from tests.support.programs.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def options(server: Server) -> dict[str, str]:
    return {"base_url": server.url, "locale": "en-GB"}


STORE = "() => { localStorage.setItem('a', '1'); document.cookie = 'a=1'; }"
STORED = "() => [localStorage.length, document.cookie]"


def test_a_context_is_handed_on_without_what_was_stored_in_it(
    contexts: ContextPool, options: dict[str, str]
) -> None:
    context = contexts.take(options)
    page = context.new_page()
    page.goto("/health")
    page.evaluate(STORE)
    assert page.evaluate(STORED) == [1, "a=1"]
    contexts.give_back(context, options)
    assert page.is_closed()
    assert contexts.take(options) is context
    page = context.new_page()
    page.goto("/health")
    assert page.evaluate(STORED) == [0, ""]
    contexts.give_back(context, options)


def test_two_pages_of_one_test_are_of_two_people(
    contexts: ContextPool, options: dict[str, str]
) -> None:
    one, two = contexts.take(options), contexts.take(options)
    assert one is not two
    contexts.give_back(one, options)
    contexts.give_back(two, options)
