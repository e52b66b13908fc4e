/** Lines over the years, on a scale where a missing year takes its room and leaves a gap. */

import { common, letters, type Drawing, type Room } from "./drawing.ts";
import type { SeriesData } from "./data.ts";
import type { Hovered, Option } from "./echarts.ts";
import { quantity, tick } from "./figures.ts";
import { mark, type Shape } from "./palette.ts";
import { tooltip, wrap } from "./words.ts";

/** Up to this number of lines, each is named at its end where there is room. */
const NAMED = 8;
const ROOMY = 640;
const HEIGHT = 360;
/** What stands before the name at the end of a line, in its colour: text itself is always ink. */
const GLYPHS: Record<Shape, string> = { circle: "●", rect: "■", triangle: "▲", diamond: "◆" };

export function line(data: SeriesData, room: Room): Drawing {
  const { colours, width } = room;
  const years = data.categories.map(Number);
  const timely = years.length > 1 && years.every((year) => Number.isInteger(year));
  const several = data.series.length > 1;
  const named = several && width >= ROOMY && data.series.length <= NAMED;
  const names = named ? Math.min(200, 40 + 6.6 * Math.max(...data.series.map((each) => each.name.length))) : 16;
  const points = data.categories.length;

  const axis = {
    axisLine: { onZero: false, lineStyle: { color: colours.border } },
    axisTick: { show: true, lineStyle: { color: colours.border } },
    splitLine: { show: false },
    axisLabel: {
      color: colours.soft,
      hideOverlap: true,
      formatter: (value: number | string) => (typeof value === "number" && !Number.isInteger(value) ? "" : String(value)),
    },
  };
  const xAxis: Option["xAxis"] = timely
    ? {
        ...axis,
        type: "value",
        min: Math.min(...years),
        max: Math.max(...years),
        minInterval: 1,
        splitNumber: Math.max(2, Math.floor(width / 110)),
      }
    : { ...axis, type: "category", data: [...data.categories], boundaryGap: false };

  return {
    height: HEIGHT,
    legend: several && !named
      ? data.series.map((each, index) => ({ label: each.name, kind: "line", mark: mark(index, colours) }))
      : [],
    option: {
      ...common(room),
      grid: { left: 8, right: names, top: 14, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis,
      yAxis: {
        type: "value",
        axisLabel: { color: colours.soft, formatter: tick },
        splitLine: { lineStyle: { color: colours.rule } },
        splitNumber: 4,
      },
      tooltip: {
        ...common(room).tooltip,
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: colours.border } },
        formatter: (hovered: unknown) => {
          const index = (hovered as Hovered[])[0]?.dataIndex ?? 0;
          return tooltip(data.categories[index] ?? "", ...figuresOf(data, index));
        },
      },
      series: data.series.map((each, index) => {
        const { colour, symbol, dash } = mark(index, colours);
        return {
          type: "line",
          name: each.name,
          symbol,
          symbolSize: 7,
          showSymbol: points <= 60 || each.values.includes(null),
          connectNulls: false,
          data: each.values.map((value, at) => (timely ? [years[at] ?? 0, value ?? "-"] : (value ?? "-"))),
          lineStyle: { color: colour, width: 2, type: dash },
          itemStyle: { color: colour },
          emphasis: { focus: several ? "series" : "none", lineStyle: { width: 3 } },
          labelLayout: { moveOverlap: "shiftY" },
          endLabel: {
            show: named,
            color: colours.ink,
            distance: 6,
            lineHeight: 15,
            rich: { mark: { color: colour, fontWeight: 700 } },
            formatter: () => `{mark|${GLYPHS[symbol]}} ${wrap(each.name, letters(names - 34)).replace(/[{}|]/gu, "")}`,
          },
        };
      }),
    },
  };
}

/** What a tooltip says of one year: the figures, the highest first. */
export function figuresOf(data: SeriesData, index: number): string[] {
  const found = data.series.flatMap((each) => {
    const value = each.values[index] ?? null;
    return value === null ? [] : [{ name: each.name, value }];
  });
  found.sort((one, other) => other.value - one.value);
  const lines = found.map(({ name, value }) =>
    data.series.length > 1 ? `${name}: ${quantity(value, data.unit)}` : quantity(value, data.unit),
  );
  return lines.length > 0 ? lines : ["no figure"];
}
