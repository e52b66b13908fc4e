/** A text field with a list of offers: the ARIA 1.2 combobox with list autocomplete.
 *
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ : the focus stays in the field, the list is
 * walked with the arrow keys, nothing is chosen that the reader did not choose.
 */

import { announce } from "../announce.ts";
import { moved, summary, type Offer, type Offers } from "./offers.ts";

const PAUSE = 150;
let made = 0;

export interface Conduct {
  /** The offers for a text. */
  find(text: string, signal: AbortSignal): Promise<Offers>;
  /** The reader chose an offer. */
  choose(offer: Offer): void;
  /** The reader typed a text. */
  typed(text: string): void;
  /** The reader left the field, or is about to send the form; the list holds these offers. */
  left(offers: readonly Offer[]): void;
  /** True for offers that are chosen already. */
  chosen(offer: Offer): boolean;
}

export class Combobox {
  readonly input: HTMLInputElement;
  readonly box = document.createElement("span");
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("span");
  private readonly popup = document.createElement("span");
  private readonly conduct: Conduct;
  private offers: readonly Offer[] = [];
  private active = -1;
  private typed = false;
  private asking: AbortController | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(input: HTMLInputElement, conduct: Conduct) {
    this.input = input;
    this.conduct = conduct;
    const id = `options-${(made += 1)}`;
    this.box.className = "combo";
    this.popup.className = "combo-popup";
    this.popup.hidden = true;
    this.list.id = id;
    this.list.className = "combo-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() || "Options");
    this.status.className = "combo-status";
    this.popup.append(this.list, this.status);
    input.before(this.box);
    this.box.append(input, this.popup);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    })) {
      input.setAttribute(name, value);
    }
    input.removeAttribute("list");
    input.addEventListener("input", () => this.onInput());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("click", () => (this.popup.hidden ? this.open() : undefined));
    input.addEventListener("blur", () => this.leave());
    // The field keeps the focus while the list is used.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onPick(event));
  }

  /** Show a text that was not typed. */
  show(text: string): void {
    this.input.value = text;
    this.typed = false;
  }

  private onInput(): void {
    this.typed = true;
    this.conduct.typed(this.input.value);
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.waiting = setTimeout(() => this.open(), PAUSE);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (this.popup.hidden) this.open();
        else if (!event.altKey) this.highlight(moved(this.active, event.key, this.offers.length));
        else this.close();
        break;
      case "PageDown":
      case "PageUp":
        if (this.popup.hidden) break;
        event.preventDefault();
        this.highlight(moved(this.active, event.key, this.offers.length));
        break;
      case "Enter":
        this.onEnter(event);
        break;
      case "Escape":
        if (this.popup.hidden) break;
        event.preventDefault();
        this.close();
        break;
    }
  }

  private onEnter(event: KeyboardEvent): void {
    const offer = this.offers[this.active];
    if (!this.popup.hidden && offer) {
      event.preventDefault();
      this.pick(offer);
    } else {
      if (this.typed) this.conduct.left(this.offers);
      this.close();
    }
  }

  private onPick(event: MouseEvent): void {
    const item = (event.target as Element).closest("[role=option]");
    const offer = item ? this.offers[[...this.list.children].indexOf(item)] : undefined;
    if (offer) this.pick(offer);
  }

  private pick(offer: Offer): void {
    this.typed = false;
    this.close();
    this.conduct.choose(offer);
  }

  private leave(): void {
    if (this.typed) this.conduct.left(this.offers);
    this.typed = false;
    this.close();
  }

  private open(): void {
    void this.ask(this.typed ? this.input.value.trim() : "");
  }

  private async ask(text: string): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.input.setAttribute("aria-busy", "true");
    try {
      const offers = await this.conduct.find(text, asking.signal);
      if (asking.signal.aborted) return;
      this.fill(offers, summary(offers, text));
    } catch {
      if (asking.signal.aborted) return;
      this.fill({ options: [], more: false }, "The list could not be loaded. What you type is taken as it is.");
    }
    this.input.removeAttribute("aria-busy");
  }

  private fill(offers: Offers, words: string): void {
    if (document.activeElement !== this.input) return;
    this.offers = offers.options;
    this.list.replaceChildren(...offers.options.map((offer, index) => this.item(offer, index)));
    this.list.hidden = offers.options.length === 0;
    this.status.textContent = offers.options.length > 0 && !offers.more ? "" : words;
    this.popup.hidden = false;
    this.input.setAttribute("aria-expanded", String(offers.options.length > 0));
    this.highlight(-1);
    announce(words);
  }

  private item(offer: Offer, index: number): HTMLElement {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(this.conduct.chosen(offer)));
    const label = document.createElement("span");
    label.textContent = offer.label;
    item.append(label);
    if (offer.count !== null) {
      const count = document.createElement("span");
      count.className = "combo-count";
      count.textContent = offer.count.toLocaleString("en");
      item.append(" ", count);
    }
    return item;
  }

  private highlight(index: number): void {
    this.list.children[this.active]?.classList.remove("combo-active");
    this.active = index;
    const item = this.list.children[index];
    if (item) {
      item.classList.add("combo-active");
      item.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", item.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  private close(): void {
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.input.removeAttribute("aria-busy");
    this.input.setAttribute("aria-expanded", "false");
    this.popup.hidden = true;
    this.highlight(-1);
  }
}
