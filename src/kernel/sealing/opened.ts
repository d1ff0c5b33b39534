import { BoundedMap } from "../derived.ts"

/** Of some megabytes in all at most: the root key is in memory, too. */
const KEPT = 500
const LARGEST_BYTES = 4_096

/** What was opened lately, by name: keys, and what is small, are opened for each use of them. */
export class OpenedLately<Name> {
  readonly #opened = new BoundedMap<Name, { readonly closed: Buffer; readonly plain: Buffer }>(KEPT)

  /** A copy of what was found in `closed`, where that is what was opened last under this name. */
  find(name: Name, closed: Uint8Array): Buffer | undefined {
    const opened = this.#opened.get(name)
    return opened?.closed.equals(closed) ? Buffer.from(opened.plain) : undefined
  }

  /** Keeps copies, unless they are large; returns `plain`. */
  keep(name: Name, closed: Uint8Array, plain: Buffer): Buffer {
    if (closed.length <= LARGEST_BYTES)
      this.#opened.set(name, { closed: Buffer.from(closed), plain: Buffer.from(plain) })
    return plain
  }
}
