/** Bars that lie, so that names are read as they stand; each bar ends in its figure. */

import { common, letters, type Drawing, type Room } from "./drawing.ts";
import type { SeriesData } from "./data.ts";
import type { Hovered } from "./echarts.ts";
import { figure, quantity } from "./figures.ts";
import { mark } from "./palette.ts";
import { tooltip, wrap } from "./words.ts";

/** More bars than this are left to the table. */
export const MOST_BARS = 60;
const LINE = 15;
const UNKNOWN = "no figure";
/** Units up to this length stand behind each figure; longer ones in the title alone. */
const SHORT_UNIT = 3;

export function bar(data: SeriesData, room: Room): Drawing {
  const { colours, width } = room;
  const several = data.series.length > 1;
  const shown = Math.max(1, Math.floor(MOST_BARS / Math.max(1, data.series.length)));
  const categories = data.categories.slice(0, shown);
  const unit = data.unit.length <= SHORT_UNIT ? data.unit : "";
  const said = (value: number): string => (unit ? quantity(value, unit) : figure(value, data.unit));

  const longest = Math.max(4, ...categories.map((each) => each.length));
  const labelWidth = Math.round(Math.min(longest * 7.2 + 8, width * 0.44, 280));
  const figures = data.series.flatMap((each) => each.values.slice(0, shown));
  const figureWidth = 12 + 7.5 * Math.max(3, ...figures.map((each) => ((each === null ? UNKNOWN : said(each)).length)));
  const negative = figures.some((each) => each !== null && each < 0);
  const thickness = several ? 15 : 18;
  const label = (name: string): string => wrap(name, letters(labelWidth - 8));
  const tallest = Math.max(1, ...categories.map((each) => label(each).split("\n").length));
  const bars = several ? data.series.length * (thickness + 2) + 14 : 32;
  const step = Math.max(bars, tallest * LINE + 8);

  return {
    height: categories.length * step + 12,
    legend: several
      ? data.series.map((each, index) => ({ label: each.name, kind: "area", mark: mark(index, colours) }))
      : [],
    notes:
      data.categories.length > shown
        ? [`The first ${shown} of ${figure(data.categories.length, "")} are drawn; the table has all.`]
        : [],
    option: {
      ...common(room),
      grid: {
        left: labelWidth + (negative ? figureWidth : 0),
        right: figureWidth,
        top: 4,
        bottom: 4,
        outerBoundsMode: "none",
      },
      xAxis: { type: "value", show: false, ...(data.unit === "%" && !negative && !over(figures) ? { max: 100 } : {}) },
      yAxis: {
        type: "category",
        inverse: true,
        data: [...categories],
        axisTick: { show: false },
        axisLine: { onZero: true, lineStyle: { color: colours.border } },
        axisLabel: {
          color: colours.ink,
          interval: 0,
          lineHeight: LINE,
          margin: 8 + (negative ? figureWidth : 0),
          formatter: label,
        },
      },
      tooltip: {
        ...common(room).tooltip,
        trigger: "item",
        formatter: (hovered: unknown) => {
          const { seriesIndex, dataIndex } = hovered as Hovered;
          const value = data.series[seriesIndex]?.values[dataIndex] ?? null;
          const name = several ? `${data.series[seriesIndex]?.name ?? ""}: ` : "";
          return tooltip(
            data.categories[dataIndex] ?? "",
            name + (value === null ? UNKNOWN : quantity(value, data.unit)),
          );
        },
      },
      series: data.series.map((each, index) => ({
        type: "bar",
        name: each.name,
        barWidth: thickness,
        barGap: "14%",
        itemStyle: { color: mark(index, colours).colour },
        emphasis: { itemStyle: { color: colours.ink } },
        data: each.values.slice(0, shown).map((value) => ({
          value: value ?? 0,
          label: {
            position: value !== null && value < 0 ? ("left" as const) : ("right" as const),
            ...(value === null ? { color: colours.soft, fontStyle: "italic" as const } : {}),
          },
        })),
        label: {
          show: true,
          color: colours.ink,
          fontSize: several ? 12 : 13,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const value = each.values[dataIndex] ?? null;
            return value === null ? UNKNOWN : said(value);
          },
        },
      })),
    },
  };
}

/** True where the figures are not shares of one whole, or are all small. */
function over(figures: readonly (number | null)[]): boolean {
  const highest = Math.max(...figures.map((each) => each ?? 0));
  return highest > 100 || highest < 50;
}
