/** Flows from the left to the right, as wide as their values. */

import { depths } from "./columns.ts";
import { common, letters, type Drawing, type Room } from "./drawing.ts";
import type { SankeyData } from "./data.ts";
import type { Hovered } from "./echarts.ts";
import { quantity } from "./figures.ts";
import { mark } from "./palette.ts";
import { tooltip, wrap } from "./words.ts";

/** Room for the names of one column. */
const COLUMN = 150;
const NODE = 12;

export function sankey(data: SankeyData, room: Room): Drawing {
  const { colours, width } = room;
  const depth = depths(data.nodes, data.links);
  const columns = 1 + Math.max(0, ...depth.values());
  const fullest = Math.max(1, ...Array.from({ length: columns }, (_, at) => [...depth.values()].filter((d) => d === at).length));
  const leastWidth = columns * COLUMN;
  const names = (Math.max(width, leastWidth) / columns) - NODE - 14;

  return {
    height: Math.min(1200, Math.max(260, fullest * 38 + 30)),
    leastWidth,
    option: {
      ...common(room),
      tooltip: {
        ...common(room).tooltip,
        trigger: "item",
        formatter: (hovered: unknown) => said(data, hovered as Hovered),
      },
      series: [
        {
          type: "sankey",
          left: 2,
          right: Math.round(names) + 8,
          top: 12,
          bottom: 12,
          nodeWidth: NODE,
          nodeGap: 16,
          nodeAlign: "left",
          layoutIterations: 64,
          draggable: false,
          emphasis: { focus: "adjacency" },
          data: data.nodes.map((name) => ({
            name,
            itemStyle: { color: mark(depth.get(name) ?? 0, colours).colour, borderWidth: 0 },
          })),
          links: data.links.map((link) => ({ ...link })),
          lineStyle: { color: "source", opacity: 0.3, curveness: 0.5 },
          label: {
            color: colours.ink,
            fontSize: 13,
            lineHeight: 15,
            textBorderColor: colours.paper,
            textBorderWidth: 3,
            formatter: ({ name }: { name: string }) => wrap(name, letters(names)),
          },
        },
      ],
    },
  };
}

function said(data: SankeyData, hovered: Hovered): HTMLElement {
  if (hovered.dataType === "edge") {
    const link = data.links[hovered.dataIndex];
    const head = `${link?.source ?? ""} → ${link?.target ?? ""}`;
    return data.valued ? tooltip(head, quantity(link?.value ?? 0, data.unit)) : tooltip(head);
  }
  const name = data.nodes[hovered.dataIndex] ?? "";
  const to = data.links.filter((link) => link.source === name).length;
  const from = data.links.filter((link) => link.target === name).length;
  return tooltip(name, ...[count(from, "from", "before it"), count(to, "to", "after it")].filter(Boolean));
}

function count(number: number, way: string, where: string): string {
  return number === 0 ? "" : `${way} ${number} ${where}`;
}
