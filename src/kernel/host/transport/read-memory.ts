import type { Socket } from "node:net"

/** As much as Node reads at once by itself. */
const SHARED_BYTES = 64 * 1024
/** More at once spares calls and turns; of still more, the processor's cache would keep too little. */
const LARGE_BYTES = 256 * 1024
const MOST_SPARES = 8

/**
 * What the connections of a listener read into. By itself Node takes new memory for every read, and
 * passes it through a stream: half of what receiving costs (measured).
 */
export class ReadMemory {
  /** For whoever copies what it keeps before the read is over. */
  readonly shared: Buffer = Buffer.allocUnsafeSlow(SHARED_BYTES)
  readonly #spares: Buffer[] = []

  /** Memory for one large read, the taker's until it gives it back. */
  take(): Buffer {
    return this.#spares.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES)
  }

  /** Nobody looks at it any more. What is not given back is left to the collector. */
  giveBack(memory: Buffer): void {
    if (this.#spares.length < MOST_SPARES) this.#spares.push(memory)
  }
}

export interface Reads {
  /** Where to read next; asked after each read. */
  readonly into: () => Buffer
  /** So many bytes were read. */
  readonly took: (count: number, memory: Buffer) => void
}

/**
 * Makes a socket that is being read go on reading into memory that is given to it; its 'data' event
 * is not heard any more, all others are. Returns false where that cannot be.
 *
 * This is `onread`, which Node has for sockets that connect, and for those that a server accepts in
 * the same place, but without a name: where a version of Node has it no more, this is false. Windows
 * fills the memory while others run: there sockets cannot share.
 */
export function readInto(socket: Socket, { into, took }: Reads): boolean {
  if (process.platform === "win32") return false
  const own = socket as unknown as Record<string | symbol, unknown>
  const handle = own["_handle"] as { useUserBuffer?: (memory: Buffer) => void } | null
  const [buffer, taken, next] = ["kBuffer", "kBufferCb", "kBufferGen"].map((name) =>
    Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === name),
  )
  if (!buffer || !taken || !next || typeof handle?.useUserBuffer !== "function") return false
  const first = into()
  own[buffer] = first
  own[next] = into
  own[taken] = took
  handle.useUserBuffer(first)
  return true
}
