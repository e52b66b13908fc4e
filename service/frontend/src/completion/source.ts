/** Where the offers of a field come from, and what they depend on. */

import { askOffers, offersAddress, type Offers } from "./offers.ts";

export class Source {
  readonly depends: readonly string[];
  private readonly address: string;
  private readonly field: HTMLInputElement | HTMLSelectElement;

  constructor(field: HTMLInputElement | HTMLSelectElement) {
    this.field = field;
    this.address = field.dataset["options"] ?? "";
    this.depends = (field.dataset["depends"] ?? "").split(/\s+/u).filter(Boolean);
  }

  /** The offers for a text, with the form as it is now. */
  find(text: string, signal: AbortSignal): Promise<Offers> {
    return askOffers(offersAddress(this.address, document.baseURI, text, this.given()), signal);
  }

  /** Call back whenever a parameter changes that the offers depend on. */
  onChange(act: (event: Event) => void): void {
    if (this.depends.length === 0) return;
    this.field.form?.addEventListener("change", (event) => {
      const name = (event.target as HTMLInputElement | null)?.name ?? "";
      if (this.depends.includes(name)) act(event);
    });
  }

  private given(): [string, string][] {
    const form = this.field.form;
    if (!form) return [];
    const data = new FormData(form);
    return this.depends.flatMap((name) =>
      data.getAll(name).flatMap((value): [string, string][] => (typeof value === "string" ? [[name, value]] : [])),
    );
  }
}

/** A hidden input of a form. */
export function hidden(name: string, value: string): HTMLInputElement {
  const made = document.createElement("input");
  made.type = "hidden";
  made.name = name;
  made.value = value;
  return made;
}

/** Tell the form that a hidden input changed, as a visible one would. */
export function changed(element: Element): void {
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A sentence under a field, shown and read out; an empty one takes it away. */
export class FieldNote {
  private readonly element = document.createElement("span");

  constructor(after: Element) {
    this.element.className = "field-note";
    this.element.setAttribute("role", "status");
    after.after(this.element);
  }

  say(sentence: string): void {
    this.element.textContent = sentence;
  }
}
