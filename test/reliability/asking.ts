/** The server went away in the middle of a request: nobody knows what it did. */
export class Lost extends Error {}

/** Somebody who asks a server that is killed now and then, and counts what came of it. */
export abstract class Asking {
  /** Requests that were answered, and those that were lost. */
  answered = 0
  lost = 0

  /** Throws Lost where the server is gone; any other error is a broken promise. */
  protected async ask<T>(send: () => Promise<T>): Promise<T> {
    try {
      const answer = await send()
      this.answered += 1
      return answer
    } catch (error) {
      if (!isConnectionError(error)) throw error
      this.lost += 1
      throw new Lost("the server is gone", { cause: error })
    }
  }
}

/** Refused, reset, or cut off in the middle of an answer. */
function isConnectionError(error: unknown): boolean {
  const { code = "", name, message } = error as NodeJS.ErrnoException
  return (
    /^(?:ECONN|EPIPE|ERR_STREAM_PREMATURE_CLOSE)/.test(code) ||
    name === "TimeoutError" ||
    /socket hang up|aborted|premature close|terminated/i.test(message)
  )
}
