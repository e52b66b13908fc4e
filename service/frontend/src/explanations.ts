/** `a.why` in a table: the explanation of a row opens below the row. The link itself leads to the
 * same explanation on a page of its own, and does so where anything goes wrong. */

import { announce } from "./announce.ts";

let made = 0;

/** Let each `a.why` in a table of `root` open its explanation in place. */
export function enhanceExplanations(root: ParentNode): void {
  for (const link of root.querySelectorAll<HTMLAnchorElement>("td a.why[href], th a.why[href]")) {
    const row = link.closest("tr");
    if (row) new Explanation(link, row);
  }
}

class Explanation {
  private readonly link: HTMLAnchorElement;
  private readonly row: HTMLTableRowElement;
  private shown: HTMLTableRowElement | null = null;
  private widened: HTMLTableCellElement[] = [];
  private asking: AbortController | null = null;

  constructor(link: HTMLAnchorElement, row: HTMLTableRowElement) {
    this.link = link;
    this.row = row;
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (elsewhere || event.button !== 0) return;
      event.preventDefault();
      if (this.shown) this.close();
      else if (this.asking) this.cancel();
      else void this.open();
    });
  }

  private async open(): Promise<void> {
    this.asking = new AbortController();
    this.link.setAttribute("aria-busy", "true");
    try {
      const content = await fragment(this.link.href, this.asking.signal);
      this.insert(content);
      announce("The explanation is shown below the row.");
    } catch (error) {
      if (!this.asking.signal.aborted) location.assign(this.link.href);
      else if (!(error instanceof DOMException)) throw error;
    } finally {
      this.asking = null;
      this.link.removeAttribute("aria-busy");
    }
  }

  private cancel(): void {
    this.asking?.abort();
  }

  private insert(content: DocumentFragment): void {
    const row = document.createElement("tr");
    row.className = "why-row";
    row.id = `why-${(made += 1)}`;
    const cell = document.createElement("td");
    const across = spanning(this.row);
    this.widened = across.cells;
    for (const each of this.widened) each.rowSpan += 1;
    cell.colSpan = Math.max(1, across.free);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "why-close";
    close.textContent = "Close";
    close.addEventListener("click", () => this.close());
    const box = document.createElement("div");
    box.className = "why-content";
    box.append(content, close);
    cell.append(box);
    row.append(cell);
    row.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.row.after(row);
    this.shown = row;
    this.link.setAttribute("aria-expanded", "true");
    this.link.setAttribute("aria-controls", row.id);
  }

  private close(): void {
    const within = this.shown?.contains(document.activeElement);
    this.shown?.remove();
    this.shown = null;
    for (const each of this.widened) each.rowSpan -= 1;
    this.widened = [];
    this.link.setAttribute("aria-expanded", "false");
    this.link.removeAttribute("aria-controls");
    if (within) this.link.focus();
  }
}

/** The explanation alone, from the same address with `fragment=1`. */
async function fragment(address: string, signal: AbortSignal): Promise<DocumentFragment> {
  const url = new URL(address);
  url.searchParams.set("fragment", "1");
  const answer = await fetch(url, { signal, headers: { Accept: "text/html" } });
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || !type.startsWith("text/html")) throw new Error(`Answered ${answer.status} ${type}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  page.querySelectorAll("script, style, link, meta").forEach((each) => each.remove());
  const content = document.createDocumentFragment();
  content.append(...page.body.childNodes);
  return content;
}

/** The cells that reach from this row, or from one above, into the row below it; and how many
 * columns they leave free there. */
export function spanning(row: HTMLTableRowElement): { cells: HTMLTableCellElement[]; free: number } {
  const section = row.parentElement;
  const rows = section ? ([...section.children] as HTMLTableRowElement[]) : [row];
  const at = rows.indexOf(row);
  const cells: HTMLTableCellElement[] = [];
  let columns = 0;
  rows.slice(0, at + 1).forEach((each, index) => {
    for (const cell of each.cells) {
      const reaches = index + cell.rowSpan - 1;
      if (reaches > at) cells.push(cell);
      if (reaches >= at) columns += cell.colSpan;
    }
  });
  return { cells, free: columns - cells.reduce((sum, cell) => sum + cell.colSpan, 0) };
}
