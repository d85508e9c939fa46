/** The list of decisions: filtered by words and kind, and found by time. */

const all = (): readonly HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.decisions > li')];

const form = (): HTMLFormElement | null => document.querySelector<HTMLFormElement>('form.filter');

export const startFilter = (): void => {
  const filter = form();
  if (filter === null) return;
  filter.hidden = false;
  filter.addEventListener('input', apply);
  filter.addEventListener('submit', (event) => event.preventDefault());
  apply();
};

const typedIn = (filter: HTMLFormElement, name: string): string =>
  filter.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? '';

/** Every word must be there; a time is two of them. */
const apply = (): void => {
  const filter = form();
  if (filter === null) return;
  const words = typedIn(filter, 'words').toLowerCase().split(/\s+/).filter(Boolean);
  const kind = typedIn(filter, 'kind');
  let shown = 0;
  const items = all();
  for (const item of items) {
    const text = (item.textContent ?? '').replaceAll('\u00a0', ' ').toLowerCase();
    const isShown = (kind === '' || item.dataset.kind === kind) && words.every((word) => text.includes(word));
    item.hidden = !isShown;
    if (isShown) shown += 1;
  }
  const status = filter.querySelector('[role=status]');
  if (status !== null) status.textContent = `${shown} of ${items.length} decisions`;
};

/** Goes to the decision that stood at this time, in seconds since 1970. */
export const findDecision = (at: number): void => {
  // A decision is told by its minute, so one of this very minute stood.
  const found = all().findLast(({ dataset }) => Date.parse(dataset.at ?? '') <= 1000 * at);
  if (found === undefined) return;
  const filter = form();
  if (found.hidden && filter !== null) {
    filter.reset();
    apply();
  }
  location.hash = found.id;
  found.focus();
};
