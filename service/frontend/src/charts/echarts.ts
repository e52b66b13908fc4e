/** The parts of Apache ECharts that the charts use; everything else is left out of the bundle. */

import { BarChart, GraphChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import type {
  BarSeriesOption,
  GraphSeriesOption,
  LineSeriesOption,
  SankeySeriesOption,
  ScatterSeriesOption,
} from "echarts/charts";
import { GeoComponent, GridComponent, TooltipComponent } from "echarts/components";
import type {
  GeoComponentOption,
  GridComponentOption,
  TooltipComponentOption,
} from "echarts/components";
import { use } from "echarts/core";
import type { ComposeOption } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart,
  GeoComponent,
  GraphChart,
  GridComponent,
  LabelLayout,
  LineChart,
  SankeyChart,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
]);

export { init, registerMap } from "echarts/core";
export type { ECharts } from "echarts/core";

export type Option = ComposeOption<
  | BarSeriesOption
  | GeoComponentOption
  | GraphSeriesOption
  | GridComponentOption
  | LineSeriesOption
  | SankeySeriesOption
  | ScatterSeriesOption
  | TooltipComponentOption
>;

/** What the formatter of a tooltip is told, as far as the charts look at it. */
export interface Hovered {
  readonly name: string;
  readonly dataIndex: number;
  readonly dataType?: string;
  readonly seriesIndex: number;
  readonly value?: unknown;
  readonly data?: unknown;
}
