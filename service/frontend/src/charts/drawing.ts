/** What a kind of chart makes of its data: a drawing for one width and one palette. */

import type { Option } from "./echarts.ts";
import type { Mark, Palette } from "./palette.ts";

export interface Room {
  /** The width of the drawing in CSS pixels. */
  readonly width: number;
  readonly colours: Palette;
  /** False where the reader asked for less motion. */
  readonly moving: boolean;
}

export interface LegendEntry {
  readonly label: string;
  /** `line` is a line with its symbol, `point` the symbol, `area` a filled square. */
  readonly kind: "line" | "point" | "area";
  readonly mark: Mark;
}

export interface Drawing {
  readonly option: Option;
  /** In CSS pixels. */
  readonly height: number;
  /** Where less room than this makes the labels unreadable, the drawing is scrolled. */
  readonly leastWidth?: number;
  readonly legend?: readonly LegendEntry[];
  /** Sentences under the drawing: what it leaves out. */
  readonly notes?: readonly string[];
  /** Where a click on a thing leads. */
  readonly links?: (seriesIndex: number, dataIndex: number) => string;
}

/** What every drawing shares. */
export function common({ colours, moving }: Room): Option {
  return {
    animation: moving,
    animationDuration: 250,
    animationDurationUpdate: 0,
    stateAnimation: { duration: moving ? 150 : 0 },
    backgroundColor: "transparent",
    textStyle: { fontFamily: colours.font, fontSize: 13, color: colours.ink },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.paper,
      borderColor: colours.border,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 13 },
      extraCssText: "box-shadow: 0 2px 8px rgb(0 0 0 / 18%); white-space: normal; max-width: 20rem",
    },
  };
}

/** About how many letters of 13 px fit into a width. */
export function letters(width: number): number {
  return Math.max(6, Math.floor(width / 6.6));
}
