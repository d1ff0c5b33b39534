/**
 * Thrown in a transaction that needs code which is not there yet. The transaction is undone, and runs
 * again once the code is there: whoever waits for its answer only waits longer.
 */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded"
  /** Rejects with what whoever waits is told. */
  readonly loaded: Promise<unknown>

  constructor(loaded: Promise<unknown>) {
    super("what a transaction needs is not loaded yet")
    this.loaded = loaded
  }
}
