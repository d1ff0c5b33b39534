import { selectError } from "../errors.ts"

/** A LIKE pattern, cut at its `%`: each piece a list of characters, null for `_`. */
type Pieces = readonly (readonly (string | null)[])[]

/**
 * What tells whether a text fits a LIKE pattern. Linear in the text for each `%`: a regular
 * expression made of what callers say could take for ever.
 */
export function likeMatcher(
  pattern: string,
  escape: string | undefined,
): (text: string) => boolean {
  if (escape !== undefined && Array.from(escape).length !== 1)
    throw selectError("LikeInvalidInputs")
  const pieces = piecesOf(pattern, escape)
  const [first = [], ...rest] = pieces
  const last = rest.pop()
  return (text) => {
    const chars = Array.from(text)
    if (!fits(chars, 0, first)) return false
    if (last === undefined) return chars.length === first.length
    let at = first.length
    for (const piece of rest) {
      while (at + piece.length <= chars.length && !fits(chars, at, piece)) at++
      at += piece.length
      if (at > chars.length) return false
    }
    const end = chars.length - last.length
    return end >= at && fits(chars, end, last)
  }
}

function piecesOf(pattern: string, escape: string | undefined): Pieces {
  const pieces: (string | null)[][] = [[]]
  const chars = Array.from(pattern)
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string
    const piece = pieces.at(-1) as (string | null)[]
    if (char === escape) {
      const next = chars[++at]
      if (next !== "%" && next !== "_" && next !== escape)
        throw selectError("EvaluatorLikePatternInvalidEscapeSequence")
      piece.push(next)
    } else if (char === "%") pieces.push([])
    else piece.push(char === "_" ? null : char)
  }
  return pieces
}

function fits(chars: readonly string[], at: number, piece: readonly (string | null)[]): boolean {
  if (at + piece.length > chars.length) return false
  for (let index = 0; index < piece.length; index++)
    if (piece[index] !== null && piece[index] !== chars[at + index]) return false
  return true
}
