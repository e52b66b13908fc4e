/** Who is linked to whom. */

import { common, letters, type Drawing, type Room } from "./drawing.ts";
import { unique, type NetworkData } from "./data.ts";
import type { Hovered } from "./echarts.ts";
import { figure } from "./figures.ts";
import { places } from "./layout.ts";
import { mark } from "./palette.ts";
import { tooltip, wrap } from "./words.ts";

/** More nodes than this are left to the table: the ones with most links are drawn. */
export const MOST_NODES = 300;
/** More nodes than these need some room for their names. */
const FEW = 10;
const ROOM = 600;
/** Below the lowest node there is room for half of it and two lines of its name. */
const MARGIN = { x: 60, top: 20, bottom: 52 };

export function network(data: NetworkData, room: Room): Drawing {
  const { colours } = room;
  const leastWidth = data.nodes.length > FEW ? ROOM : 0;
  const width = Math.max(room.width, leastWidth);
  const degree = degrees(data);
  const nodes = [...data.nodes]
    .sort((one, other) => (degree.get(other.name) ?? 0) - (degree.get(one.name) ?? 0))
    .slice(0, MOST_NODES);
  const at = new Map(nodes.map((node, index) => [node.name, index]));
  const links = data.links.flatMap((link): [number, number][] => {
    const ends = [at.get(link.source), at.get(link.target)];
    return ends[0] === undefined || ends[1] === undefined ? [] : [[ends[0], ends[1]]];
  });
  const groups = unique(nodes.map((node) => node.group));
  const height = Math.round(Math.min(760, Math.max(320, width * 0.35, 220 + nodes.length * 7)));
  const [across, down] = [width - 2 * MARGIN.x, height - MARGIN.top - MARGIN.bottom];
  const found = places(nodes.length, links, across, down);
  // ECharts stretches what it draws, symbols too, from its outermost nodes to the edges of the box:
  // with a node that nobody sees in two corners there is nothing to stretch.
  const corners = [[0, 0], [across, down]].map(([x, y], index) => ({
    name: `corner ${index}`,
    x,
    y,
    symbolSize: 0,
    label: { show: false },
  }));
  const most = Math.max(1, ...degree.values());
  const size = (name: string): number => 9 + 15 * Math.sqrt((degree.get(name) ?? 0) / most);

  return {
    height,
    leastWidth,
    legend: groups.length > 1
      ? groups.map((group, index) => ({ label: group || "other", kind: "point", mark: mark(index, colours) }))
      : [],
    notes: data.nodes.length > MOST_NODES
      ? [`The ${MOST_NODES} with most links of ${figure(data.nodes.length, "")} are drawn; the table has all.`]
      : [],
    option: {
      ...common(room),
      tooltip: {
        ...common(room).tooltip,
        trigger: "item",
        formatter: (hovered: unknown) => {
          const { dataType, dataIndex } = hovered as Hovered;
          if (dataType === "edge") {
            const [source, target] = links[dataIndex] ?? [0, 0];
            return tooltip(`${nodes[source]?.name ?? ""} – ${nodes[target]?.name ?? ""}`);
          }
          const node = nodes[dataIndex];
          const number = degree.get(node?.name ?? "") ?? 0;
          return tooltip(node?.name ?? "", node?.group ?? "", number === 1 ? "1 link" : `${number} links`);
        },
      },
      series: [
        {
          type: "graph",
          layout: "none",
          left: MARGIN.x,
          right: MARGIN.x,
          top: MARGIN.top,
          bottom: MARGIN.bottom,
          emphasis: { focus: "adjacency", lineStyle: { width: 2.5 } },
          lineStyle: { color: colours.border, width: 1.2, opacity: 0.75, curveness: 0 },
          data: [...nodes.map((node, index) => {
            const { colour, symbol } = mark(groups.indexOf(node.group), colours);
            return {
              name: String(index),
              x: found[index]?.x ?? 0,
              y: found[index]?.y ?? 0,
              symbol,
              symbolSize: size(node.name),
              itemStyle: { color: colour, borderColor: colours.paper, borderWidth: 1.5 },
            };
          }), ...corners],
          links: links.map(([source, target]) => ({ source, target })),
          labelLayout: { hideOverlap: true },
          label: {
            show: true,
            position: "bottom",
            distance: 4,
            color: colours.ink,
            fontSize: 12,
            lineHeight: 14,
            textBorderColor: colours.paper,
            textBorderWidth: 3,
            formatter: ({ dataIndex }: { dataIndex: number }) => wrap(nodes[dataIndex]?.name ?? "", letters(MARGIN.x * 2)),
          },
        },
      ],
    },
  };
}

function degrees(data: NetworkData): Map<string, number> {
  const found = new Map<string, number>();
  for (const { source, target } of data.links) {
    for (const name of [source, target]) found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}
