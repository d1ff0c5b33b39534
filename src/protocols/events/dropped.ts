/**
 * The pieces of a stream, and word of it where it ends before the first one is asked for: a generator
 * that never ran does not hear of its end, and what it would have ended goes on. Taken once.
 */
export function unlessDropped<Piece>(
  pieces: AsyncGenerator<Piece>,
  dropped: () => unknown,
): AsyncIterableIterator<Piece> {
  let begun = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      begun = true
      return pieces.next()
    },
    async return() {
      if (!begun) await dropped()
      begun = true
      return pieces.return(undefined)
    },
  }
}
