"""The inspector: forms of every kind, errors beside their fields, and nothing typed is lost."""

import re
from collections import defaultdict
from html.parser import HTMLParser

import httpx
import pytest

from app.kinds import BY_NAME, KINDS
from app.schema import LINK_PARAMETERS, Kind, Need
from app.topology.groups import sorts_for
from tests.web.conftest import act, drawing

pytestmark = pytest.mark.anyio

Attributes = dict[str, str | None]


class Form(HTMLParser):
    """The fields of the inspector's form, with what they show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, Attributes] = {}
        self.choices: dict[str, str] = {}
        self._select = ""
        self._table: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "radio":
            if "checked" in given:
                self.choices[str(given["name"])] = str(given["value"])
            self.fields.setdefault(str(given["name"]), given)
        elif tag in ("input", "select", "textarea") and given.get("name"):
            self.fields[str(given["name"])] = given
            self._select = str(given["name"])
        self._table = given.get("name") if tag == "textarea" else None
        if tag == "option" and "selected" in given:
            self.choices[self._select] = str(given["value"])

    def handle_data(self, data: str) -> None:
        if self._table:
            # The parser of a browser drops the line end right after the tag.
            self.fields[self._table]["value"] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._table = None

    def invalid(self) -> set[str]:
        return {name for name, field in self.fields.items() if field.get("aria-invalid")}


async def shown(client: httpx.AsyncClient, session: str, query: str) -> httpx.Response:
    answer = await client.get(f"{session}/inspector?{query}")
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_every_parameter_that_matters_has_a_field(
    client: httpx.AsyncClient, session: str, kind: Kind, language: str
) -> None:
    added = await act(client, session, type="add_node", kind=kind.name)
    node = added.json()["ids"][0]
    page = await shown(client, session, f"node={node}&lang={language}")
    form = Form(page.text)
    matters = [
        one
        for one in kind.parameters
        if kind.in_use(one, kind.defaults())
        and not one.placed
        and kind.need_of(one) is Need.NOTHING
    ]
    place = {f"place.{sort}" for sort in sorts_for(kind.name)}
    assert set(form.fields) == {"name", *(one.name for one in matters), *place}
    for parameter in matters:
        label = parameter.label.say("ko") if language == "ko" else parameter.label.en
        assert label in page.text
        if parameter.choices:
            assert form.choices[parameter.name] == parameter.default
        else:
            value = str(form.fields[parameter.name]["value"])
            assert parameter.columns or "," not in value
            assert parameter.parse(value) == parameter.default


async def test_a_number_says_its_range_before_it_is_broken(
    client: httpx.AsyncClient, session: str
) -> None:
    page = (await client.get(f"{session}/inspector?node=web-1")).text
    assert Form(page).fields["service_ms"]["aria-describedby"] == "f-service_ms-help"
    parameter = BY_NAME["web_server"].parameter("service_ms")
    described = page.partition('id="f-service_ms-help">')[2].partition("</p>")[0]
    low, high = (f"{one:,.10g}" for one in (parameter.low, parameter.high))
    assert f"{low} to {high} ms" in described


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_choice_shows_the_fields_that_depend_on_it(
    client: httpx.AsyncClient, session: str, kind: Kind
) -> None:
    node = (await act(client, session, type="add_node", kind=kind.name)).json()["ids"][0]
    belong: dict[tuple[tuple[str, str], ...], set[str]] = defaultdict(set)
    for parameter in kind.parameters:
        if parameter.when and kind.need_of(parameter) is Need.NOTHING:
            choices = tuple((name, wanted[0]) for name, wanted in parameter.when)
            belong[choices].add(parameter.name)
    for choices, names in belong.items():
        answer = await client.post(f"{session}/inspector?node={node}", data=dict(choices))
        assert Form(answer.text).fields.keys() >= names


async def test_a_form_changes_only_the_fields_it_holds(
    client: httpx.AsyncClient, session: str
) -> None:
    before = await drawing(client, session)
    data = {"service_ms": "12.5", "cores": "8", "name": "  Front  end "}
    answer = await client.post(f"{session}/inspector?node=web-1", data=data)
    assert answer.status_code == 200
    form = Form(answer.text)
    assert form.fields["service_ms"]["value"] == "12.5"
    assert form.fields["name"]["value"] == "Front end"
    after = await drawing(client, session)
    # One edit, so one undo.
    assert after["rev"] == before["rev"] + 1
    await client.post(f"{session}/undo")
    nodes = {one["id"]: one["name"] for one in (await drawing(client, session))["nodes"]}
    assert nodes["web-1"] == "web-1"


async def test_a_form_without_changes_changes_nothing(
    client: httpx.AsyncClient, session: str
) -> None:
    before = await drawing(client, session)
    form = Form((await shown(client, session, "node=db-1")).text)
    data = {name: str(field.get("value") or "") for name, field in form.fields.items()}
    data |= form.choices
    answer = await client.post(f"{session}/inspector?node=db-1", data=data)
    assert answer.status_code == 200
    assert (await drawing(client, session))["rev"] == before["rev"]


async def test_every_wrong_field_is_marked_and_keeps_what_was_typed(
    client: httpx.AsyncClient, session: str
) -> None:
    before = await drawing(client, session)
    data = {"service_ms": "soon", "cores": "0", "queue_limit": "10", "name": "n" * 61}
    answer = await client.post(f"{session}/inspector?node=web-1", data=data)
    assert answer.status_code == 422
    form = Form(answer.text)
    assert form.invalid() == {"service_ms", "cores", "name"}
    for name, typed in data.items():
        assert form.fields[name]["value"] == typed
    assert "Use a number." in answer.text
    assert "Use 1 to 1,024." in answer.text
    for name in form.invalid():
        assert form.fields[name]["aria-describedby"] == f"f-{name}-error"
    # Nothing of it was taken, not even what was right.
    assert (await drawing(client, session))["rev"] == before["rev"]


async def test_a_refused_field_is_no_error_to_a_page(
    client: httpx.AsyncClient, session: str
) -> None:
    address, data = f"{session}/inspector?node=web-1", {"service_ms": "soon"}
    answer = await client.post(address, data=data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["loadground-refused"]) == (200, "1")
    assert set(Form(answer.text).invalid()) == {"service_ms"}
    right = await client.post(address, data={"service_ms": "9"}, headers={"HX-Request": "true"})
    assert "loadground-refused" not in right.headers


@pytest.mark.parametrize(
    "value", ["nan", "inf", "1e400", "-0.001", "", " ", "<b>", "0x10", "1_0_0_"]
)
async def test_malformed_numbers_are_refused_and_stay_in_the_field(
    client: httpx.AsyncClient, session: str, value: str
) -> None:
    answer = await client.post(f"{session}/inspector?node=web-1", data={"service_ms": value})
    assert answer.status_code == 422
    assert Form(answer.text).fields["service_ms"]["value"] == value


async def test_a_node_is_put_into_groups_and_out_of_them_in_one_undo(
    client: httpx.AsyncClient, session: str
) -> None:
    async def groups_of(node: str) -> object:
        nodes = {one["id"]: one for one in (await drawing(client, session))["nodes"]}
        return nodes[node]["groups"]

    data = {"place.zone": " a ", "place.network": "inside", "cores": "8"}
    answer = await client.post(f"{session}/inspector?node=web-1", data=data)
    assert answer.status_code == 200
    assert Form(answer.text).fields["place.zone"]["value"] == "a"
    assert await groups_of("web-1") == {"zone": "a", "network": "inside"}
    # Names in use are offered at every other node.
    other = (await shown(client, session, "node=db-1")).text
    assert Form(other).fields["place.zone"]["list"] == "f-place.zone-names"
    assert '<datalist id="f-place.zone-names"><option value="a">' in other
    await client.post(f"{session}/inspector?node=web-1", data={"place.zone": ""})
    assert await groups_of("web-1") == {"network": "inside"}
    await client.post(f"{session}/undo")
    await client.post(f"{session}/undo")
    assert await groups_of("web-1") == {}
    answer = await client.post(f"{session}/inspector?node=web-1", data={"place.zone": "z" * 61})
    assert answer.status_code == 422
    assert Form(answer.text).invalid() == {"place.zone"}


async def test_a_group_shows_the_fields_that_depend_on_it(
    client: httpx.AsyncClient, session: str
) -> None:
    form = Form((await shown(client, session, "node=lb-1")).text)
    assert "vrrp_priority" not in form.fields
    answer = await client.post(f"{session}/inspector?node=lb-1", data={"place.virtual_ip": "a"})
    assert Form(answer.text).fields["vrrp_priority"]["value"] == "100"


async def test_peered_networks_are_edited_as_lines_of_a_field(
    client: httpx.AsyncClient, session: str
) -> None:
    async def peers(data: dict[str, str]) -> httpx.Response:
        return await client.post(f"{session}/inspector?node=web-1", data=data)

    assert "place.peers" not in Form((await shown(client, session, "node=web-1")).text).fields
    form = Form((await peers({"place.network": "front", "place.peers": "nonsense"})).text)
    assert form.fields["place.peers"]["value"] == ""
    form = Form(
        (await peers({"place.network": "front", "place.peers": " back \r\n\r\nvault"})).text
    )
    assert form.fields["place.peers"]["value"] == "back\nvault"
    before = await drawing(client, session)
    await peers({"place.peers": "back\r\nvault"})
    assert (await drawing(client, session))["rev"] == before["rev"]
    form = Form((await peers({"place.peers": "back"})).text)
    assert form.fields["place.peers"]["value"] == "back"
    for wrong in ("front", "x" * 61):
        answer = await peers({"place.peers": wrong})
        assert answer.status_code == 422
        assert Form(answer.text).invalid() == {"place.peers"}
    await client.post(f"{session}/undo")
    form = Form((await shown(client, session, "node=web-1")).text)
    assert form.fields["place.peers"]["value"] == "back\nvault"


async def test_a_table_keeps_its_lines_in_the_form(client: httpx.AsyncClient, session: str) -> None:
    await client.post(f"{session}/inspector?node=users-1", data={"arrivals": "table"})
    typed = {"rates": "0, 100\r\n5,2500\r\n"}
    answer = await client.post(f"{session}/inspector?node=users-1", data=typed)
    assert answer.status_code == 200
    assert Form(answer.text).fields["rates"]["value"] == "0,100\n5,2500"
    before = await drawing(client, session)
    # Sent back as a browser sends it, it is no change.
    typed = {"rates": "0,100\r\n5,2500"}
    await client.post(f"{session}/inspector?node=users-1", data=typed)
    assert (await drawing(client, session))["rev"] == before["rev"]
    wrong = {"rates": "\n5,1\n3,1"}
    answer = await client.post(f"{session}/inspector?node=users-1", data=wrong)
    assert answer.status_code == 422
    assert Form(answer.text).fields["rates"]["value"] == "\n5,1\n3,1"
    assert "Line 3" in answer.text


async def test_an_unknown_choice_is_refused(client: httpx.AsyncClient, session: str) -> None:
    answer = await client.post(f"{session}/inspector?node=db-1", data={"role": "king"})
    assert answer.status_code == 422


async def test_a_link_has_a_form(client: httpx.AsyncClient, session: str) -> None:
    page = await shown(client, session, "link=link-5")
    assert set(Form(page.text).fields) == {one.name for one in LINK_PARAMETERS}
    answer = await client.post(f"{session}/inspector?link=link-5", data={"latency_ms": "7.5"})
    assert answer.status_code == 200
    links = {one["id"]: one["latency_ms"] for one in (await drawing(client, session))["links"]}
    assert links["link-5"] == 7.5
    refused = await client.post(f"{session}/inspector?link=link-5", data={"latency_ms": "-1"})
    assert refused.status_code == 422
    assert Form(refused.text).invalid() == {"latency_ms"}


async def test_a_node_removed_meanwhile_shows_the_overview(
    client: httpx.AsyncClient, session: str
) -> None:
    overview = (await shown(client, session, "")).text
    assert 'data-inspects="overview"' in overview
    await act(client, session, type="remove_node", node="web-1")
    for query in ("node=web-1", "link=link-999", "node=%00", "node=" + "x" * 5_000):
        assert 'data-inspects="overview"' in (await shown(client, session, query)).text
    answer = await client.post(f"{session}/inspector?node=web-1", data={"cores": "2"})
    assert answer.status_code == 200


async def test_the_panel_shows_the_problems_of_its_node(
    client: httpx.AsyncClient, session: str
) -> None:
    await act(client, session, type="set_node", node="lb-1", parameters={"exposure": "private"})
    assert "its address is private" in (await shown(client, session, "node=lb-1")).text
    assert "its address is private" in (await shown(client, session, "")).text
    assert "its address is private" not in (await shown(client, session, "node=web-1")).text


async def test_a_refusal_without_a_field_is_shown_above_the_form(
    client: httpx.AsyncClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.session.history.journal.JOURNAL_MAX", 0)
    answer = await client.post(f"{session}/inspector?node=web-1", data={"cores": "2"})
    assert answer.status_code == 422
    assert re.search(r'role="alert".*journal is full', answer.text, re.DOTALL)
    form = Form(answer.text)
    assert form.fields["cores"]["value"] == "2"
    assert not form.invalid()


async def test_the_machine_of_several_nodes_is_sized_at_the_first(
    client: httpx.AsyncClient, session: str
) -> None:
    for name in ("web-1", "db-1"):
        await act(client, session, type="set_groups", node=name, groups={"machine": "box"})
    first = await shown(client, session, "node=web-1")
    assert "cores" in Form(first.text).fields
    assert "with db-1" in first.text
    second = await shown(client, session, "node=db-1")
    assert not Form(second.text).fields.keys() & {"cores", "discipline"}
    assert "size is set at web-1" in second.text


async def test_the_panel_of_a_database_shows_its_checksum(
    client: httpx.AsyncClient, session: str
) -> None:
    assert 'data-live="sum"' in (await shown(client, session, "node=db-1")).text
    assert 'data-live="sum"' not in (await shown(client, session, "node=web-1")).text


async def test_a_name_that_turns_the_text_around_is_refused_at_its_field(
    client: httpx.AsyncClient, session: str
) -> None:
    url = f"{session}/inspector?node=web-1"
    answer = await client.post(url, data={"name": "invoice\u202efdp"})
    assert answer.status_code == 422
    assert "direction of text" in answer.text
    before = (await drawing(client, session))["nodes"]
    assert "web-1" in {node["name"] for node in before}
