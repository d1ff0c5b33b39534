import type { Tcp, TcpConnection, TcpListenOptions } from "../doors/tcp.ts"

/** Ports that no machine has: who wants to connect asks the world. */
export interface MemoryTcp extends Tcp {
  /** The other side of a new connection. Throws RangeError where nobody listens. */
  connect(port: number): TcpConnection
}

const FIRST_PORT = 8_000
const ADDRESS = "127.0.0.1"

export function createMemoryTcp(): MemoryTcp {
  const doors = new Map<number, { options: TcpListenOptions; open: Set<TcpConnection> }>()
  return {
    async listen(options) {
      let port = options.port || FIRST_PORT
      while (doors.has(port)) port += 1
      const open = new Set<TcpConnection>()
      doors.set(port, { options, open })
      return {
        port,
        async close() {
          doors.delete(port)
          for (const one of open) one.close()
        },
      }
    },
    connect(port) {
      const door = doors.get(port)
      if (!door) throw new RangeError(`nobody listens on port ${port}`)
      const { options, open } = door
      const [ours, theirs] = [new Pipe(), new Pipe()]
      const near = sideOf(options.secure, { from: ours, to: theirs })
      open.add(near)
      void options.serve(near).finally(() => open.delete(near))
      return sideOf(options.secure, { from: theirs, to: ours })
    },
  }
}

const sideOf = (secure: boolean, { from, to }: { from: Pipe; to: Pipe }): TcpConnection => ({
  ...{ secure, localAddress: ADDRESS, remoteAddress: ADDRESS },
  chunks: from.chunks(),
  async write(bytes) {
    to.push(bytes)
  },
  close() {
    from.end()
    to.end()
  },
})

/** Bytes on their way to one side. */
class Pipe {
  readonly #waiting: Uint8Array[] = []
  #ended = false
  #wake: (() => void) | undefined

  push(bytes: Uint8Array): void {
    if (this.#ended) throw new Error("the connection is gone")
    this.#waiting.push(bytes)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next) yield next
      else if (this.#ended) return
      else await new Promise<void>((resolve) => void (this.#wake = resolve))
    }
  }
}
