/** The shapes of the countries, each with its ISO 3166-1 alpha-3 code. */

import topology from "critmat:world";
import type { Geometry, Position } from "geojson";
import { feature } from "topojson-client";

import { cut } from "./antimeridian.ts";
import { registerMap } from "./echarts.ts";

export interface Country {
  readonly iso3: string;
  readonly name: string;
}

const { features } = feature(topology, topology.objects.countries);

/** The countries that have a shape; those that no ISO code is given to have the code "". */
export const countries: readonly Country[] = features.map((each) => ({
  iso3: String(each.id ?? ""),
  name: each.properties.name,
}));

/** What ECharts knows a country by: its code, or its name where it has none. */
export function key(country: Country): string {
  return country.iso3 || country.name;
}

export const WORLD = "world";

const geoJSON = {
  type: "FeatureCollection",
  features: features.map((each, index) => ({
    type: "Feature",
    properties: { name: key(countries[index] as Country) },
    geometry: { type: "MultiPolygon", coordinates: polygons(each.geometry) },
  })),
};

registerMap(WORLD, geoJSON as Parameters<typeof registerMap>[1]);

/** The polygons of a country, none of which crosses the 180th meridian. No country that does has
 * holes there. */
function polygons(geometry: Geometry): Position[][][] {
  const all =
    geometry.type === "Polygon"
      ? [geometry.coordinates]
      : geometry.type === "MultiPolygon"
        ? geometry.coordinates
        : [];
  return all.flatMap(([outer, ...holes]) => {
    const parts = cut(outer ?? []);
    return parts.length === 1 ? [[parts[0] as Position[], ...holes]] : parts.map((part) => [part]);
  });
}
