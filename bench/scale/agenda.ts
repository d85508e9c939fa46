/** Virtual time: what is to happen, in order. */

interface Item {
  readonly at: number;
  readonly order: number;
  readonly happen: (at: number) => void;
}

/** A binary heap; what is due at the same instant happens in the order in which it was put down. */
export class Agenda {
  readonly #items: Item[] = [];
  #order = 0;

  put(at: number, happen: (at: number) => void): void {
    const items = this.#items;
    let index = items.length;
    const item = { at, order: this.#order++, happen };
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !isBefore(item, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) next.happen(next.at);
  }

  #take(): Item | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [one, other] = [items[left], items[left + 1]];
      if (one === undefined) break;
      const [child, at] = other !== undefined && isBefore(other, one) ? [other, left + 1] : [one, left];
      if (!isBefore(child, last)) break;
      items[index] = child;
      index = at;
    }
    items[index] = last;
    return first;
  }
}

const isBefore = (one: Item, other: Item): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
