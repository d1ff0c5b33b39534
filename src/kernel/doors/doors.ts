import { table } from "../table.ts"
import type { Tcp, TcpConnection, TcpListening } from "./tcp.ts"
import type { ReadTx, WriteTx } from "../transaction.ts"

/** A port that a service has opened for a protocol of its own. It is open again after a restart. */
export interface Door {
  /** `<service>/<what it is for>`: the service serves it. */
  readonly name: string
  readonly port: number
  readonly secure: boolean
}

export const doorRows = table<Door>("kernel/door", { key: ({ name }) => [name], cached: true })

/** Serves a connection to the door of a name, as long as it lasts. */
export type ServeDoor = (name: string, connection: TcpConnection) => Promise<void>

/** What actions may do with doors. */
export interface DoorKeeper {
  /** Opens a door, if it is not open; resolves with its port. `port` is the one to be preferred. */
  open(name: string, options: Pick<Door, "port" | "secure">): Promise<number>
  /** Closes a door, and ends what came through it. */
  close(name: string): Promise<void>
}

/** The port of an open door. */
export const portOf = (tx: ReadTx, name: string): number | undefined =>
  tx.get(doorRows, [name])?.port

/** Doors of one cloud: each is a socket of this machine. */
const MOST = 2_000

export interface DoorParts {
  readonly tcp?: Tcp | undefined
  readonly serve?: ServeDoor | undefined
  read<T>(fn: (tx: ReadTx) => T): Promise<T>
  write<T>(fn: (tx: WriteTx) => T): Promise<T>
  readonly report: (what: string, error: unknown) => void
}

/** The doors of a world. */
export class Doors implements DoorKeeper {
  readonly #parts: DoorParts
  readonly #open = new Map<string, Promise<TcpListening>>()
  #ended = false

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  /** Opens again what was open when the cloud stopped. */
  async reopen(): Promise<void> {
    const { rows } = await this.#parts.read((tx) => tx.scan(doorRows, { limit: MOST }))
    for (const { name, port, secure } of rows)
      await this.open(name, { port, secure }).catch((error: unknown) =>
        this.#parts.report(`opening ${name}`, error),
      )
  }

  async open(name: string, { port, secure }: Pick<Door, "port" | "secure">): Promise<number> {
    const { port: got } = await this.#listen(name, { port, secure })
    await this.#parts.write((tx) => tx.put(doorRows, { name, port: got, secure }))
    return got
  }

  #listen(name: string, options: Pick<Door, "port" | "secure">): Promise<TcpListening> {
    const { tcp, serve } = this.#parts
    const there = this.#open.get(name)
    if (there) return there
    if (!tcp || !serve) return Promise.reject(new Error(`${name}: this world has no sockets`))
    if (this.#ended || this.#open.size >= MOST)
      return Promise.reject(new Error(`${name}: no more doors are opened`))
    const listening = tcp.listen({
      ...options,
      serve: (connection) => this.#serve(serve, name, connection),
    })
    this.#open.set(name, listening)
    // What could not be opened is tried again by the next who asks.
    listening.catch(() => this.#open.delete(name))
    return listening
  }

  async #serve(serve: ServeDoor, name: string, connection: TcpConnection): Promise<void> {
    try {
      await serve(name, connection)
    } catch (error) {
      if (!this.#ended) this.#parts.report(`serving ${name}`, error)
    } finally {
      connection.close()
    }
  }

  async close(name: string): Promise<void> {
    const listening = this.#open.get(name)
    this.#open.delete(name)
    await this.#parts.write((tx) => tx.delete(doorRows, [name]))
    await (await listening)?.close()
  }

  /** Closes all of them; their rows stay. */
  async end(): Promise<void> {
    this.#ended = true
    const all = [...this.#open.values()]
    this.#open.clear()
    for (const one of all) await (await one.catch(() => undefined))?.close()
  }
}
