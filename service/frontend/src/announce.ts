/** Words for screen readers, said when they are done with what they were saying. */

let region: HTMLElement | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Say something; what was to be said shortly before is dropped for it. */
export function announce(words: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "unseen";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  const place = region;
  clearTimeout(waiting);
  // A region that is filled in the moment it is made, or twice with the same words, stays unread.
  place.textContent = "";
  waiting = setTimeout(() => {
    place.textContent = words;
  }, 150);
}
