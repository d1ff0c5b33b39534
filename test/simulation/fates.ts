import type { Faults } from "./faults.ts"
import type { Cut, Span } from "./moments.ts"

/**
 * What is left of what a request did, as far as one can know: `done` if it did anything, that
 * stands; `undone` if it did anything, a power cut took it; `maybe` otherwise.
 */
export type Fate = "done" | "maybe" | "undone"

export interface Attempted extends Span {
  /** `refused`: answered, and nothing was done. */
  readonly kind: "answered" | "refused" | "lost" | "unsent"
}

/**
 * Judges by commit numbers: what a request did, it did after `sent` and not after `ended`. When
 * answers wait for a flush, what was answered stands whatever happens. `atStep` is when one asks:
 * later power cuts do not count.
 */
export function fateOf(
  { kind, sent, ended }: Attempted,
  { cuts, faults }: { cuts: readonly Cut[]; faults: Faults },
  atStep = Number.POSITIVE_INFINITY,
): Fate {
  if (kind === "unsent" || kind === "refused") return "undone"
  if (kind === "answered" && faults.flushEach) return "done"
  const cut = cuts.find(({ step }) => step >= sent.step && step < atStep)
  const before = cut && ended.step <= cut.step ? cut : undefined
  if (before && sent.commits >= before.kept) return "undone"
  return kind === "lost" || (before && ended.commits > before.kept) ? "maybe" : "done"
}
