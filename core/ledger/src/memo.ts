// A bounded memory of results that are functions of their key. Invariant: forgetting any of them changes nothing but
// the time it takes to answer.

export class Memo<T> {
  readonly #itemsMax: number;
  /** In order of use, the least recent first. */
  readonly #items = new Map<string, T>();

  constructor(options: { readonly itemsMax: number }) {
    this.#itemsMax = options.itemsMax;
  }

  find(key: string): T | undefined {
    const value = this.#items.get(key);
    if (value !== undefined) this.put(key, value);
    return value;
  }

  put(key: string, value: T): void {
    this.#items.delete(key);
    this.#items.set(key, value);
    if (this.#items.size > this.#itemsMax) this.#items.delete(this.#items.keys().next().value!);
  }

  get(key: string, make: () => T): T {
    const known = this.find(key);
    if (known !== undefined) return known;
    const value = make();
    this.put(key, value);
    return value;
  }
}
