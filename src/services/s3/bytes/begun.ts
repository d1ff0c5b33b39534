/**
 * A stream whose first piece is there: what goes wrong until then is thrown here, and answered as any
 * other error; only what goes wrong later breaks off an answer that has begun. Who leaves before that
 * first piece is taken ends the rest all the same, which a generator that never ran would not.
 */
export async function begun<Piece>(pieces: AsyncGenerator<Piece>): Promise<AsyncIterable<Piece>> {
  let first: IteratorResult<Piece> | undefined = await pieces.next()
  const iterator: AsyncIterator<Piece> = {
    next() {
      if (first === undefined) return pieces.next()
      const taken = Promise.resolve(first)
      first = undefined
      return taken
    },
    return() {
      first = undefined
      return pieces.return(undefined)
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
