"""``critmat mcp``, spoken to by the client of the same package over standard input and output."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from mcp.shared.exceptions import MCPError

from kg.engines.embedded import EmbeddedEngine
from kg.errors import UsageError
from kg.questions import Catalogue, ResultTable, ask
from service.mcp.limits import Limits
from service.mcp.server import GraphServer
from tests.service.running import ENDLESS, ENVIRONMENT, alive, descendants
from tests.serving import REPOSITORY
from tests.speaking_mcp import COMMAND, McpClient, speaking

#: A query whose answer never ends.
LONG = "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?p ?q . ?b ?r ?s . ?c ?t ?u }"
#: Questions about the small graph, and one that any data set answers with many rows.
QUESTIONS = REPOSITORY / "tests" / "service" / "data" / "mcp"
OWN = Catalogue({}).with_own([QUESTIONS])


@pytest.fixture(scope="module")
def mcp(small_root: Path) -> Iterator[McpClient]:
    with speaking("--data", small_root, "--questions", QUESTIONS, "--timeout", "3") as client:
        yield client


@pytest.fixture(scope="module")
def table(small_engine: EmbeddedEngine) -> ResultTable:
    return ask(small_engine, OWN["named-products"], {})


# What is on offer


def test_each_question_is_a_tool_with_its_parameters(mcp: McpClient) -> None:
    tools = mcp.tools()
    for question in (*Catalogue.load().values(), *OWN.values()):
        tool = tools[question.id.replace("-", "_")]
        assert tool.title == question.title
        assert question.columns[0].name in (tool.description or "")
        properties = tool.input_schema["properties"]
        assert list(properties) == [*question.params, "sort", "find", "rows", "row"]
        Draft202012Validator.check_schema(tool.input_schema)
        for parameter in question.params.values():
            assert parameter.label.lower() in properties[parameter.name]["description"].lower()
            assert "default" in properties[parameter.name]
    assert {"list_questions", "parameter_values", "find", "look_up", "sparql"} <= set(tools)
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())


def test_schemas_tell_types_words_and_ranges(mcp: McpClient) -> None:
    schema = mcp.tools()["many_numbers"].input_schema
    fits = Draft202012Validator(schema).validate
    fits({"most": 12, "way": "down", "on": "2024-01-31", "rows": 5})
    fits({"on": "today"})
    for wrong in ({"most": "many"}, {"most": 0}, {"way": "left"}, {"rows": 0}, {"colour": "red"}):
        with pytest.raises(ValidationError):
            fits(wrong)
    assert schema["properties"]["most"]["default"] == 500
    kinds = mcp.tools()["named_products"].input_schema["properties"]
    assert "(%)" in kinds["threshold"]["description"]
    assert {"type": "number", "minimum": 0, "maximum": 100}.items() <= kinds["threshold"].items()


def test_the_questions_are_listed_and_looked_through(mcp: McpClient) -> None:
    themes = mcp.ask("list_questions")["themes"]
    listed = {question["id"]: question for theme in themes for question in theme["questions"]}
    assert set(listed) == {*Catalogue.load(), *OWN}
    assert listed["many-numbers"]["tool"] == "many_numbers"
    assert listed["many-numbers"]["parameters"]["most"]["default"] == ["500"]
    [theme] = mcp.ask("list_questions", find="numbers BELOW")["themes"]
    assert [question["id"] for question in theme["questions"]] == ["many-numbers"]


def test_resources_are_the_questions_and_the_licence(mcp: McpClient) -> None:
    assert mcp.resources() == ["critmat://questions", "critmat://licence"]
    assert json.loads(mcp.read("critmat://questions")) == mcp.ask("list_questions")
    assert "CC BY 4.0" in mcp.read("critmat://licence")
    with pytest.raises(MCPError, match="no resource critmat://nothing"):
        mcp.read("critmat://nothing")


def test_the_model_is_told_where_to_begin(mcp: McpClient) -> None:
    assert "list_questions" in mcp.instructions


# Questions


def test_a_question_gives_rows_with_ids_labels_units_and_sources(
    mcp: McpClient, table: ResultTable
) -> None:
    found = mcp.ask("named_products")
    assert found["snapshot"] == table.snapshot_id
    assert found["total"] == len(table.rows) == len(found["rows"]) > 0
    assert found["more"] == ""
    assert found["asked"].count("neodymium") == 1
    units = {column["name"]: column.get("unit") for column in found["columns"]}
    assert units["share"] == "%"
    first, given = table.rows[0], found["rows"][0]
    assert given["product"] == {"id": first["product"].name, "label": first["product"].text}
    assert given["share"] == first["share"].number
    titles = {source["id"]: source for source in found["sources"]}
    assert set(given["source"]) <= set(titles)
    assert given["record"] == ["cmd:evil-item", "cmd:share-nd"]
    assert titles["graph:office-2025"] == {
        "id": "graph:office-2025", "title": "Yearbook of minerals 2025",
        "address": "https://minerals.example/yearbook", "kind": "official",
    }  # fmt: skip
    assert found["gaps"] == list(table.question.gaps)
    assert "CC BY 4.0" in found["licence"]


def test_the_text_of_an_answer_is_its_structured_content(mcp: McpClient) -> None:
    result = mcp.call("named_products", {"element": "neodymium"})
    [content] = result.content
    assert json.loads(content.text) == result.structured_content  # type: ignore[union-attr]


def test_parameters_may_be_numbers_words_or_lists(mcp: McpClient) -> None:
    assert mcp.ask("many_numbers", most=3)["total"] == 3
    assert mcp.ask("many_numbers", most="3", way="down", on="2024-01-31")["total"] == 3
    assert mcp.ask("named_products", threshold=85.5, evidence="any", year=2024)["rows"]
    shown = mcp.ask("named_products", evidence=["named"])["parameters"]["evidence"]
    assert shown == [{"id": "cm:evidence-named", "label": "system, component and element named"}]


def test_rows_come_in_parts_and_each_part_says_how_to_go_on(mcp: McpClient) -> None:
    first = mcp.ask("many_numbers", rows=200)
    assert [row["n"] for row in first["rows"]] == list(range(200))
    assert (first["total"], first["first"]) == (500, 1)
    assert first["more"] == "300 more rows. Ask again with row=201, or narrow the question."
    last = mcp.ask("many_numbers", rows=300, row=201)
    assert [row["n"] for row in last["rows"]] == list(range(200, 500))
    assert last["more"] == ""
    assert "there are 500" in mcp.refused("many_numbers", row=501)
    assert len(mcp.ask("many_numbers")["rows"]) == 50


def test_rows_are_sorted_and_searched_on_request(mcp: McpClient) -> None:
    assert [r["n"] for r in mcp.ask("many_numbers", sort="-n", rows=2)["rows"]] == [499, 498]
    assert [r["n"] for r in mcp.ask("many_numbers", find="49", most=60)["rows"]] == [49]
    assert "x" in mcp.refused("many_numbers", sort="x")


def test_an_answer_without_rows_says_what_is_missing(mcp: McpClient) -> None:
    found = mcp.ask("many_numbers", most=1, find="nine")
    assert (found["rows"], found["total"], found["first"]) == ([], 0, 0)
    assert found["missing"] == "There are no numbers."
    assert found["gaps"] == ["No number is below zero."]


def test_the_values_of_a_parameter_are_listed_as_they_are_to_be_given(mcp: McpClient) -> None:
    found = mcp.ask("parameter_values", question="named-products", parameter="country")
    offered = {option["value"]: option["label"] for option in found["values"]}
    assert offered
    for value in offered:
        assert mcp.ask("named_products", country=value)["question"] == "named-products"
    way = mcp.ask("parameter_values", question="many-numbers", parameter="way")["values"]
    assert way == [{"value": "up", "label": "Upwards"}, {"value": "down", "label": "Downwards"}]
    most = mcp.ask("parameter_values", question="many-numbers", parameter="most")
    assert most["values"] == []
    assert "at most 100000" in most["what"]


# The graph


def test_things_are_found_by_words_of_their_names_and_by_codes(mcp: McpClient) -> None:
    found = mcp.ask("find", text="NEODYM")["found"]
    assert found[0] == {
        "id": "cmd:neodymium", "iri": "https://w3id.org/critmat/id/neodymium",
        "label": "neodymium", "types": ["cm:Element"], "name": "neodymium",
    }  # fmt: skip
    assert mcp.ask("find", text="nd", type="Element")["found"][0]["id"] == "cmd:neodymium"
    kinds = mcp.ask("find", text="rare", type="cm:ElementGroup")["found"]
    assert [thing["id"] for thing in kinds] == ["cmd:rare-earths"]
    assert mcp.ask("find", text="unobtanium") == {"found": [], "total": 0, "more": ""}
    few = mcp.ask("find", text="e", rows=1)
    assert len(few["found"]) == 1
    assert few["more"]


def test_a_thing_is_told_with_sources_and_what_is_inferred(mcp: McpClient) -> None:
    found = mcp.ask("look_up", thing="f-35")
    assert (found["id"], found["label"]) == ("cmd:f-35", "F-35 Lightning II")
    facts = {fact["property"]: fact for fact in found["facts"]}
    [label] = facts["rdfs:label"]["values"]
    assert label["sources"] == ["graph:audit-2016"]
    assert label["inferred"] is False
    assert {"id": "graph:audit-2016", "title": "Audit of rare earths in defence systems"} in found[
        "sources"
    ]
    assert any(one["property"] == "cm:whole" for one in found["referred_to_by"])
    exposure = mcp.ask("look_up", thing="cmd:exposure-nd")["facts"]
    assert all(value["inferred"] for fact in exposure for value in fact["values"])


def test_a_thing_that_is_not_there_is_said_with_where_to_look(mcp: McpClient) -> None:
    assert "Ask find" in mcp.refused("look_up", thing="unobtanium")
    assert "Ask find" in mcp.refused("look_up", thing="<not an iri>")


def test_sparql_of_every_form(mcp: McpClient) -> None:
    select = "SELECT ?x WHERE { ?x a cm:Element } ORDER BY ?x"
    found = mcp.ask("sparql", query=select)
    assert [row["x"]["value"].rpartition("/")[2] for row in found["rows"]] == [
        "neodymium", "samarium"
    ]  # fmt: skip
    assert mcp.ask("sparql", query=select, rows=1)["more"].startswith("1 more.")
    assert mcp.ask("sparql", query="ASK { cmd:f-35 ?p ?o }")["boolean"] is True
    built = mcp.ask("sparql", query="CONSTRUCT WHERE { ?x a cm:Element }")
    assert len(built["triples"]) == 2
    assert all(line.endswith(" .") for line in built["triples"])
    assert mcp.ask("sparql", query="DESCRIBE cmd:f-35")["total"] > 1
    assert mcp.ask("sparql", query="PREFIX cm: <https://example.org/> ASK { ?x a cm:Element }")[
        "boolean"
    ] is False  # fmt: skip


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT *\nWHERE { ?s ?p", "Line 2, column 7"),
        ("SELECT *\nWHERE { ?s a cm:Element", "Line 2, column 7"),
        ("SELECT * WHERE { ?s foo:bar ?o }", "Prefix not found"),
        ("INSERT DATA { cmd:x a cm:Element }", "INSERT changes data"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE changes data"),
        ("LOAD <http://example.org/>", "LOAD"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
        ("", "needs query"),
        ("nonsense", "nonsense"),
    ],
)
def test_what_sparql_refuses_it_says(mcp: McpClient, query: str, says: str) -> None:
    assert says in mcp.refused("sparql", query=query)


# Mistakes


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("named_product", {}, "Did you mean named_products?"),
        ("zzz", {}, "list_questions"),
        ("named_products", {"element": "neodimium"}, "Did you mean neodymium"),
        ("named_products", {"element": "xx"}, "parameter_values with question named-products"),
        ("named_products", {"elemnt": "x"}, "Did you mean element?"),
        ("named_products", {"threshold": 101}, "out of range"),
        ("named_products", {"threshold": {"a": 1}}, "is no value"),
        ("named_products", {"year": "soon", "threshold": "many"}, "no year"),
        ("named_products", {"rows": 0}, "from 1 to 1,000"),
        ("named_products", {"rows": "x"}, "from 1 to 1,000"),
        ("named_products", {"row": True}, "row"),
        ("many_numbers", {"on": "2024-02-30"}, "2024-02-30"),
        ("parameter_values", {"question": "nothing", "parameter": "x"}, "no question"),
        ("parameter_values", {"question": "many-numbers", "parameter": "wy"}, "Did you mean way?"),
        ("parameter_values", {"question": "many-numbers"}, "needs parameter"),
        ("find", {"text": "  "}, "word"),
        ("find", {"text": "x", "type": "not a class"}, "is no class"),
        ("look_up", {"thing": ["a"]}, "is no text"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    mcp: McpClient, tool: str, arguments: dict[str, Any], says: str
) -> None:
    assert says in mcp.refused(tool, **arguments)


def test_two_tools_of_one_name_are_refused(small_engine: EmbeddedEngine, tmp_path: Path) -> None:
    shutil.copy(QUESTIONS / "many-numbers.rq", tmp_path / "sparql.rq")
    with pytest.raises(UsageError, match="Two tools would be called sparql"):
        GraphServer(small_engine, Catalogue.load().with_own([tmp_path]), Limits())


# Limits


def test_a_query_without_end_is_stopped_and_the_server_lives(mcp: McpClient) -> None:
    start = time.monotonic()
    assert "stopped after 3 s" in mcp.refused("sparql", query=ENDLESS)
    assert time.monotonic() - start < 10
    assert mcp.ask("named_products")["rows"]


def test_what_the_client_gives_up_is_stopped(mcp: McpClient) -> None:
    for _ in range(4):
        with pytest.raises((MCPError, TimeoutError)):
            mcp.call("sparql", {"query": ENDLESS}, seconds=0.3)
    start = time.monotonic()
    assert mcp.ask("sparql", query="ASK {}")["boolean"] is True
    assert time.monotonic() - start < 2


def test_a_query_that_is_too_large_or_too_deep_is_refused(mcp: McpClient) -> None:
    assert "Query too large" in mcp.refused("sparql", query="ASK {} #" + "x" * 300_000)
    assert "too large" in mcp.refused("sparql", query=f"ASK {'{' * 5_000}{'}' * 5_000}").lower()
    assert mcp.ask("sparql", query="ASK {}")["boolean"] is True


def test_large_answers_are_cut_or_refused(small_root: Path) -> None:
    limits = ("--max-result-kib", "1", "--max-answer-mib", "1", "--max-rows", "400")
    with speaking("--data", small_root, "--questions", QUESTIONS, *limits) as mcp:
        part = mcp.ask("many_numbers", rows=400)
        assert 0 < len(part["rows"]) < 400
        assert f"row={len(part['rows']) + 1}" in part["more"]
        assert "from 1 to 400" in mcp.refused("many_numbers", rows=401)
        assert "larger than 1 MiB" in mcp.refused("sparql", query=LONG)
        assert mcp.ask("sparql", query="ASK {}")["boolean"] is True


def test_the_limits_of_the_command_line_are_checked(small_root: Path) -> None:
    ended = subprocess.run(
        [*COMMAND, "--data", str(small_root), "--timeout", "0"],
        env=ENVIRONMENT, input="", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "timeout" in ended.stderr
    assert ended.stdout == ""


# The process


def test_standard_output_has_the_protocol_and_nothing_else(small_root: Path) -> None:
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
            "name": "sparql", "arguments": {"query": "SELECT * { ?s ?p ?o } LIMIT 1"}}},
    ]  # fmt: skip
    lines = [*map(json.dumps, asked[:2]), "this is no JSON", *map(json.dumps, asked[2:])]
    with started(small_root) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        answers: dict[int, Any] = {}
        while 3 not in answers:
            message = json.loads(process.stdout.readline())
            if message.get("id") is not None:
                answers[message["id"]] = message
        assert answers[1]["result"]["serverInfo"]["name"] == "critmat"
        assert answers[2]["result"]["tools"]
        assert not answers[3]["result"]["isError"]
        process.stdin.close()
        rest = process.stdout.read()
        assert process.wait(timeout=10) == 0
        for line in rest.splitlines():
            json.loads(line)
        said = process.stderr.read()
    assert "tools over" in said
    assert "Traceback" not in said


def started(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--data", str(root)],
        env=ENVIRONMENT, text=True, cwd=REPOSITORY,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_it_ends_with_its_client_even_in_the_middle_of_a_query(small_root: Path) -> None:
    opening = {"protocolVersion": "2025-06-18", "capabilities": {},
               "clientInfo": {"name": "test", "version": "1"}}  # fmt: skip
    call = {"name": "sparql", "arguments": {"query": ENDLESS}}
    with started(small_root) as process:
        assert process.stdin and process.stdout and process.stderr
        for message in (
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
        ):
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        time.sleep(1)
        engines = descendants(process.pid)
        assert engines
        process.stdin.close()
        assert process.wait(timeout=10) == 0
        assert "Traceback" not in process.stderr.read()
    end = time.monotonic() + 5
    while any(map(alive, engines)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(alive, engines))


def test_without_a_snapshot_it_says_so_and_ends(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*COMMAND, "--data", str(tmp_path)],
        env=ENVIRONMENT, input="", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert "critmat build" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_other_commands_do_not_wait_for_the_protocol() -> None:
    program = (
        "import sys, service.cli, service.mcp.cli; service.cli.command();"
        "sys.exit(any(name.partition('.')[0] in ('mcp', 'starlette') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, check=True, timeout=60)


# Over a running service


def test_it_asks_a_running_service_instead(live: str, table: ResultTable) -> None:
    options = ("--questions", QUESTIONS, "--timeout", "3")
    with speaking("--endpoint", f"{live}/sparql", *options) as mcp:
        found = mcp.ask("named_products")
        assert [row["product"]["id"] for row in found["rows"]] == [
            row["product"].name for row in table.rows
        ]
        assert found["snapshot"] == f"{live}/sparql"
        assert mcp.ask("look_up", thing="f-35")["label"] == "F-35 Lightning II"
        assert "INSERT changes data" in mcp.refused("sparql", query="INSERT DATA { <a:b> a <a:c> }")
        assert "stopped after 3 s" in mcp.refused("sparql", query=ENDLESS)


def test_an_endpoint_that_is_none_is_said(small_root: Path) -> None:
    with speaking("--endpoint", "http://127.0.0.1:9/sparql") as mcp:
        assert "cannot be reached" in mcp.refused("sparql", query="ASK {}")
    ended = subprocess.run(
        [*COMMAND, "--endpoint", "ftp://example.org"],
        env=ENVIRONMENT, input="", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "no http or https address" in ended.stderr
    del small_root
