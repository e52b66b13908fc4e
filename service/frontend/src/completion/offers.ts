/** What a field may hold: asked from the service, which counts how many rows each would give. */

export interface Offer {
  readonly value: string;
  readonly label: string;
  readonly count: number | null;
}

export interface Offers {
  readonly options: readonly Offer[];
  /** True where more fit than are listed. */
  readonly more: boolean;
}

/** The address of the offers for a text, given the values that they depend on. */
export function offersAddress(
  address: string,
  base: string,
  text: string,
  given: Iterable<readonly [string, string]>,
): URL {
  const url = new URL(address, base);
  if (text) url.searchParams.set("q", text);
  for (const [name, value] of given) url.searchParams.append(name, value);
  return url;
}

/** Ask for offers; throws where the service does not answer with some. */
export async function askOffers(url: URL, signal: AbortSignal): Promise<Offers> {
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
  return readOffers(await answer.json());
}

/** Read an answer; throws an `Error` where it is something else. */
export function readOffers(json: unknown): Offers {
  const { options, more } = (json ?? {}) as { options?: unknown; more?: unknown };
  if (!Array.isArray(options)) throw new Error("The answer holds no options.");
  return {
    more: more === true,
    options: options.map((each: { value?: unknown; label?: unknown; count?: unknown }) => {
      if (typeof each.value !== "string") throw new Error("An option has no value.");
      return {
        value: each.value,
        label: typeof each.label === "string" && each.label ? each.label : each.value,
        count: typeof each.count === "number" ? each.count : null,
      };
    }),
  };
}

/** The one offer that a typed text names: by its label or its value, case and accents ignored. */
export function named(text: string, offers: readonly Offer[]): Offer | undefined {
  const wanted = plain(text);
  if (!wanted) return undefined;
  const found = offers.filter((each) => plain(each.label) === wanted || plain(each.value) === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** A text without case, accents and doubled blanks. */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .trim()
    .replace(/\s+/gu, " ")
    .toLowerCase();
}

/** What is said of a list for a text. */
export function summary(offers: Offers, text: string): string {
  const count = offers.options.length;
  if (count === 0) return text ? `Nothing fits “${text}”.` : "There is nothing to choose.";
  const options = count === 1 ? "1 option" : `${count} options`;
  return offers.more ? `The first ${options}; type more letters to narrow them.` : options;
}

/** Where the highlight goes: from one of `count` options, or none (-1), by a key. */
export function moved(active: number, key: string, count: number): number {
  if (count === 0) return -1;
  switch (key) {
    case "ArrowDown":
      return active + 1 >= count ? 0 : active + 1;
    case "ArrowUp":
      return active <= 0 ? count - 1 : active - 1;
    case "PageDown":
      return Math.min(count - 1, active + 10);
    case "PageUp":
      return Math.max(0, active - 10);
    default:
      return active;
  }
}
