/** Where somebody is on the page, and what is typed and unfolded: kept while it is drawn anew. */

const FIELDS = '.filter [name]';

/** What can have the focus, by words that find it again. */
const PLACES: readonly (readonly [selector: string, name: (element: Element) => string])[] = [
  [FIELDS, (element) => element.getAttribute('name') ?? ''],
  ['figure .plot', (element) => element.closest<HTMLElement>('figure')?.dataset.chart ?? ''],
  ['.ranges button', (element) => element.textContent ?? ''],
  ['.scroll', (element) => element.getAttribute('aria-label') ?? ''],
  ['.contents a', (element) => element.textContent ?? ''],
  ['summary', (element) => keyOf(element)],
];

/** Remembers it now; the function that is returned puts it back: fields and what is unfolded first, the focus once all is there again. */
export const keptPlace = (): ((when: 'before the charts' | 'after the charts') => void) => {
  const open = new Set([...document.querySelectorAll('details')].filter((each) => each.open).map(keyOf));
  const typed = [...document.querySelectorAll<HTMLInputElement>(FIELDS)].map((field) => field.value);
  const selected = selectionOf(document.activeElement);
  const findFocus = focusFinder(document.activeElement);
  const [left, top] = [scrollX, scrollY];
  return (when) => {
    if (when === 'before the charts') {
      for (const each of document.querySelectorAll('details')) each.open = open.has(keyOf(each));
      for (const [index, field] of document.querySelectorAll<HTMLInputElement>(FIELDS).entries())
        field.value = typed[index] ?? '';
      return;
    }
    const focused = findFocus();
    focused?.focus({ preventScroll: true });
    if (focused instanceof HTMLInputElement && selected !== null) focused.setSelectionRange(...selected);
    if (scrollX !== left || scrollY !== top) scrollTo({ left, top, behavior: 'instant' });
  };
};

/** The nearest element with an id, and the how manyth within it: newer data adds behind, seldom before. */
const keyOf = (element: Element): string => {
  const home = element.closest('[id]');
  return `${home?.id} ${[...(home ?? document).querySelectorAll(element.localName)].indexOf(element)}`;
};

const selectionOf = (element: Element | null): [number, number] | null =>
  element instanceof HTMLInputElement ? [element.selectionStart ?? 0, element.selectionEnd ?? 0] : null;

const focusFinder = (element: Element | null): (() => HTMLElement | undefined) => {
  const found = PLACES.find(([selector]) => element?.matches(selector));
  if (element === null || found === undefined) return () => undefined;
  const [selector, nameOf] = found;
  const name = nameOf(element);
  return () => [...document.querySelectorAll<HTMLElement>(selector)].find((each) => nameOf(each) === name);
};
