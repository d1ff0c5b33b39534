/** Runs regular expressions that users wrote: some take longer than the age of the universe. */
export interface Patterns {
  /** Whether `text` has a match. Throws SlowPatternError after `limitMs` of host time. */
  matches(expression: RegExp, text: string, limitMs: number): boolean
}

/** An expression that was given up: nobody knows whether it matches. */
export class SlowPatternError extends Error {
  override readonly name = "SlowPatternError"

  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`)
  }
}

/** All others wait meanwhile. One that is not hostile takes microseconds. */
export const PATTERN_LIMIT_MS = 50

/** For worlds that only we write expressions for: nothing stops them. */
export const unlimitedPatterns: Patterns = Object.freeze({
  matches: (expression: RegExp, text: string) => expression.test(text),
})
