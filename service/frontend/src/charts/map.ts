/** Two maps: countries shaded by a value, and places as points. */

import { common, type Drawing, type LegendEntry, type Room } from "./drawing.ts";
import { unique, type AreasData, type PointsData } from "./data.ts";
import type { Hovered } from "./echarts.ts";
import { project, unproject, type Pair } from "./equal-earth.ts";
import { classes, classOf, figure, quantity, type Class } from "./figures.ts";
import { mark, type Palette } from "./palette.ts";
import { tooltip } from "./words.ts";
import { countries, key, WORLD } from "./world.ts";

/** The shape of the world without Antarctica in this projection: width to height. */
const RATIO = 1.97;

export function areas(data: AreasData, room: Room): Drawing {
  const { colours, width } = room;
  const found = classes(data.areas.map((each) => each.value), data.unit);
  const shaded = new Map(data.areas.map((each) => [each.iso3, each]));
  const drawn = new Set(countries.map((each) => each.iso3));
  const left = data.areas.filter((each) => !drawn.has(each.iso3));
  const names = new Map(countries.map((each) => [key(each), each.name]));
  const regions = data.areas
    .filter((each) => drawn.has(each.iso3))
    .map((each) => ({
      name: each.iso3,
      itemStyle: { areaColor: shade(classOf(each.value, found), found.length, colours) },
    }));
  return {
    height: Math.round(width / RATIO) + 8,
    legend: [...legendOf(found, data.unit, colours), unshaded(colours)],
    notes: left.length > 0 ? [`Too small for this map, or without a shape: ${left.map((each) => `${each.name} ${quantity(each.value, data.unit)}`).join(", ")}.`] : [],
    option: {
      ...common(room),
      geo: {
        ...world(colours),
        regions,
        tooltip: {
          show: true,
          formatter: (hovered: unknown) => {
            const { name } = hovered as Hovered;
            const area = shaded.get(name);
            return tooltip(area?.name ?? names.get(name) ?? name, area ? quantity(area.value, data.unit) : "no figure");
          },
        },
      },
    },
  };
}

export function points(data: PointsData, room: Room): Drawing {
  const { colours, width } = room;
  const groups = unique(data.points.map((each) => each.group)).sort();
  const members = groups.map((group) => data.points.filter((each) => each.group === group));
  const height = Math.round(width / RATIO) + 8;
  return {
    height,
    legend: groups.length > 1
      ? groups.map((group, index) => ({ label: group || "other", kind: "point", mark: mark(index, colours) }))
      : [],
    links: (group, index) => members[group]?.[index]?.href ?? "",
    option: {
      ...common(room),
      tooltip: {
        ...common(room).tooltip,
        trigger: "item",
        formatter: (hovered: unknown) => {
          const { seriesIndex, dataIndex } = hovered as Hovered;
          const point = members[seriesIndex]?.[dataIndex];
          return tooltip(point?.name ?? "", ...(point?.group ? [point.group] : []));
        },
      },
      geo: { ...world(colours), silent: true, ...view(data.points.map((each) => [each.longitude, each.latitude]), width, height) },
      series: members.map((group, index) => {
        const { colour, symbol } = mark(index, colours);
        return {
          type: "scatter",
          coordinateSystem: "geo",
          name: groups[index] ?? "",
          symbol,
          symbolSize: width < 480 ? 8 : 11,
          itemStyle: { color: colour, borderColor: colours.paper, borderWidth: 1, opacity: 0.92 },
          emphasis: { scale: 1.4 },
          data: group.map((each) => ({
            value: [each.longitude, each.latitude],
            cursor: each.href ? "pointer" : "default",
          })),
        };
      }),
    },
  };
}

function world(colours: Palette) {
  return {
    map: WORLD,
    projection: {
      project: (point: number[]) => project(point),
      unproject: (point: number[]) => unproject(point),
    },
    left: 0,
    right: 0,
    top: 4,
    bottom: 4,
    itemStyle: { areaColor: colours.land, borderColor: colours.border, borderWidth: 0.5 },
    emphasis: { label: { show: false }, itemStyle: { areaColor: "inherit", borderColor: colours.ink, borderWidth: 1.5 } },
    select: { disabled: true },
    label: { show: false },
  } as const;
}

/** The part of the world that holds the points, with some land around it; at least a third. The
 * center is a place on the plane, which is what ECharts takes it for where a map is projected. */
export function view(
  found: readonly Pair[],
  width: number,
  height: number,
): { center?: Pair; zoom: number } {
  if (found.length === 0) return { zoom: 1 };
  const plane = found.map((each) => project(each));
  const [x, y] = [plane.map((each) => each[0]), plane.map((each) => each[1])];
  const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  const whole = 540;
  const zoom = Math.min(3, whole / (right - left + 80), ((whole / width) * height) / (bottom - top + 60));
  if (zoom < 1.3) return { zoom: 1 };
  return { center: [(left + right) / 2, (top + bottom) / 2], zoom };
}

function shade(index: number, count: number, colours: Palette): string {
  const steps = colours.ramp.length;
  const at = count <= 1 ? steps - 2 : Math.round((index * (steps - 1)) / (count - 1));
  return colours.ramp[at] ?? colours.ink;
}

function legendOf(found: readonly Class[], unit: string, colours: Palette): LegendEntry[] {
  return found.map((each, index) => ({
    label: `${figure(each.from, unit)}–${quantity(each.to, unit)}`,
    kind: "area",
    mark: { colour: shade(index, found.length, colours), symbol: "rect", dash: "solid" },
  }));
}

function unshaded(colours: Palette): LegendEntry {
  return { label: "no figure", kind: "area", mark: { colour: colours.land, symbol: "rect", dash: "solid" } };
}
