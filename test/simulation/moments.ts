/** When something happened: by the driver's step, the commits on the disk, and both clocks. */
export interface Moment {
  readonly step: number
  readonly commits: number
  readonly cloudMs: number
  /** Monotonic. */
  readonly hostMs: number
}

/** Whatever a request did, it did between these moments. */
export interface Span {
  readonly sent: Moment
  /** In the future as long as the request may still do something. */
  readonly ended: Moment
}

/**
 * What became of a request. `lost`: it was sent and nobody knows; `unsent`: there was nobody to
 * take it.
 */
export type Attempt<T> = Span &
  ({ readonly kind: "answered"; readonly value: T } | { readonly kind: "lost" | "unsent" })

/** The power was cut: of all commits, only the first `kept` are left. */
export interface Cut {
  readonly step: number
  readonly kept: number
}

/** Not yet. */
export const FUTURE: Moment = Object.freeze({
  step: Number.POSITIVE_INFINITY,
  commits: Number.POSITIVE_INFINITY,
  cloudMs: Number.POSITIVE_INFINITY,
  hostMs: Number.POSITIVE_INFINITY,
})

/** Something that must always hold did not. */
export class Violation extends Error {
  override readonly name = "Violation"
  /** The steps to look at; absent: the last ones. */
  readonly steps: { readonly from: number; readonly to: number } | undefined

  constructor(message: string, ...spans: readonly Span[]) {
    super(message)
    if (spans.length === 0) return
    const from = Math.min(...spans.map(({ sent }) => sent.step))
    this.steps = { from, to: Math.max(...spans.map(({ ended }) => ended.step)) }
  }
}
