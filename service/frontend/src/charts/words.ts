/** Text in charts: labels that fit, and tooltips that are built of text nodes alone. */

/** Break a label into lines of at most `width` letters, at blanks where there are some.
 *
 * What does not fit into `lines` ends in an ellipsis; the tooltip has the whole of it.
 */
export function wrap(label: string, width: number, lines = 2): string {
  const made: string[] = [];
  let line = "";
  for (const word of pieces(label, width)) {
    if (line && line.length + 1 + word.length > width) {
      made.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  if (line) made.push(line);
  if (made.length <= lines) return made.join("\n");
  const last = made[lines - 1] ?? "";
  const cut = last.length >= width ? last.slice(0, width - 1).trimEnd() : last;
  return [...made.slice(0, lines - 1), `${cut}…`].join("\n");
}

/** The words of a label; a word that is longer than a line is cut into pieces that are not. */
function pieces(label: string, width: number): string[] {
  return label
    .trim()
    .split(/\s+/u)
    .flatMap((word) => {
      const letters = [...word];
      if (letters.length <= width) return [word];
      const parts: string[] = [];
      for (let at = 0; at < letters.length; at += width) parts.push(letters.slice(at, at + width).join(""));
      return parts;
    });
}

/** The lines of a tooltip: the first is its head. */
export function tooltip(head: string, ...lines: string[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const first = document.createElement("strong");
  first.textContent = head;
  box.append(first);
  for (const line of lines) {
    const each = document.createElement("span");
    each.textContent = line;
    box.append(each);
  }
  return box;
}
