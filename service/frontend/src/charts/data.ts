/** What a page hands over for a chart: the JSON in the figure, read with care.
 *
 * The names and the shapes are those that `service/pages/charts.py` writes.
 */

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Bars or lines: one value of each series for each category. */
export interface SeriesData {
  readonly kind: "bar" | "line";
  readonly title: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
  readonly unit: string;
}

export interface Point {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly group: string;
  readonly href: string;
}

export interface PointsData {
  readonly kind: "points";
  readonly title: string;
  readonly points: readonly Point[];
}

export interface Area {
  readonly iso3: string;
  readonly name: string;
  readonly value: number;
}

export interface AreasData {
  readonly kind: "areas";
  readonly title: string;
  readonly areas: readonly Area[];
  readonly unit: string;
}

export interface Flow {
  readonly source: string;
  readonly target: string;
  readonly value: number;
}

export interface SankeyData {
  readonly kind: "sankey";
  readonly title: string;
  readonly nodes: readonly string[];
  readonly links: readonly Flow[];
  readonly unit: string;
  /** False where the page gave no values, and every flow is drawn equally wide. */
  readonly valued: boolean;
}

export interface NetworkNode {
  readonly name: string;
  readonly group: string;
}

export interface NetworkData {
  readonly kind: "network";
  readonly title: string;
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

export type ChartData = SeriesData | PointsData | AreasData | SankeyData | NetworkData;

type Json = Record<string, unknown>;

/** Read the JSON of a chart; throws an `Error` with a sentence where it is not one. */
export function readChart(text: string): ChartData {
  const json = asObject(JSON.parse(text), "a chart");
  const title = asText(json["title"]);
  switch (json["kind"]) {
    case "bar":
    case "line":
      return readSeries(json, json["kind"], title);
    case "map":
      return "areas" in json ? readAreas(json, title) : readPoints(json, title);
    case "sankey":
      return readSankey(json, title);
    case "network":
      return readNetwork(json, title);
    default:
      throw new Error(`No chart is of the kind ${JSON.stringify(json["kind"])}.`);
  }
}

function readSeries(json: Json, kind: "bar" | "line", title: string): SeriesData {
  const categories = asList(json["categories"], "categories").map(asText);
  const series = asList(json["series"], "series").map((each) => {
    const one = asObject(each, "a series");
    const values = asList(one["values"], "values").map(asNumber);
    if (values.length !== categories.length) {
      throw new Error(`${values.length} values for ${categories.length} categories.`);
    }
    return { name: asText(one["name"]), values };
  });
  return { kind, title, categories, series, unit: asText(json["unit"]) };
}

function readPoints(json: Json, title: string): PointsData {
  const points: Point[] = [];
  for (const each of asList(json["points"], "points")) {
    const one = asObject(each, "a point");
    const latitude = asNumber(one["latitude"]);
    const longitude = asNumber(one["longitude"]);
    if (latitude === null || longitude === null) continue;
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) continue;
    points.push({
      name: asText(one["name"]),
      latitude,
      longitude,
      group: asText(one["group"]),
      href: asText(one["href"]),
    });
  }
  return { kind: "points", title, points };
}

function readAreas(json: Json, title: string): AreasData {
  const areas: Area[] = [];
  for (const each of asList(json["areas"], "areas")) {
    const one = asObject(each, "an area");
    const value = asNumber(one["value"]);
    if (value === null) continue;
    areas.push({ iso3: asText(one["iso3"]), name: asText(one["name"]), value });
  }
  return { kind: "areas", title, areas, unit: asText(json["unit"]) };
}

function readSankey(json: Json, title: string): SankeyData {
  const flows = asList(json["links"], "links").map((each) => {
    const one = asObject(each, "a link");
    return { ...ends(one), value: asNumber(one["value"]) };
  });
  const valued = flows.some((flow) => flow.value !== null && flow.value !== 1);
  const links = flows
    .map((flow) => ({ ...flow, value: flow.value ?? (valued ? 0 : 1) }))
    .filter((flow) => flow.value > 0 && flow.source !== flow.target);
  const named = asList(json["nodes"], "nodes").map((each) => asText(asObject(each, "a node")["name"]));
  const nodes = unique([...named, ...links.flatMap((link) => [link.source, link.target])]);
  return { kind: "sankey", title, nodes, links, unit: asText(json["unit"]), valued };
}

function readNetwork(json: Json, title: string): NetworkData {
  const groups = new Map<string, string>();
  for (const each of asList(json["nodes"], "nodes")) {
    const one = asObject(each, "a node");
    const name = asText(one["name"]);
    if (!groups.get(name)) groups.set(name, asText(one["group"]));
  }
  const links = asList(json["links"], "links").map((each) => ends(asObject(each, "a link")));
  for (const name of links.flatMap((link) => [link.source, link.target])) {
    if (!groups.has(name)) groups.set(name, "");
  }
  const nodes = [...groups].map(([name, group]) => ({ name, group }));
  return { kind: "network", title, nodes, links };
}

/** The values in the order of their first appearance, each once. */
export function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

function ends(json: Json): { source: string; target: string } {
  return { source: asText(json["source"]), target: asText(json["target"]) };
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${what} is not an object.`);
  }
  return value as Json;
}

function asList(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is not a list.`);
  return value;
}

function asText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
