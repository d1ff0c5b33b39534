import type { BlobStore } from "./blobs/blobs.ts"
import type { EncryptedBlobs } from "./blobs/encrypted-blobs.ts"
import type { Md5s } from "./blobs/md5s.ts"
import type { DoorKeeper } from "./doors/doors.ts"
import type { Handover } from "./store/handover.ts"
import type { ServiceCall } from "./service-call.ts"
import type { Outside } from "./outside.ts"
import type { KeyParts, Table } from "./table.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"
import type { World } from "./world.ts"

/** What code that may await can do. It has no state but what it reads and writes here. */
export interface ActionContext {
  /** Cloud time now, epoch milliseconds. */
  now(): number
  read<T>(fn: (tx: ReadTx) => T): Promise<T>
  /** One commit; the promise resolves when it is durable. */
  write<T>(fn: (tx: WriteTx) => T): Promise<T>
  /**
   * Waits until a row whose primary key begins with `prefix` is committed (true), or until the
   * deadline in cloud time or the caller's departure (false). A commit between the caller's last
   * read and this call is not missed as long as the caller awaited nothing else in between.
   */
  changed<Row extends object>(
    table: Table<Row>,
    prefix: KeyParts,
    deadline: number,
  ): Promise<boolean>
  /**
   * Waits until another running request hands something over under this id; undefined at the
   * deadline in cloud time, or when the caller goes away. Only one may wait for each id.
   */
  receive<Thing>(of: Handover<Thing>, id: string, deadline: number): Promise<Thing | undefined>
  /** Hands something to the request that waits for it; false where there is none any more. */
  handOver<Thing>(of: Handover<Thing>, id: string, thing: Thing): boolean
  /** Calls an operation as a service does; rejects with the AwsError that it gets. */
  call(call: ServiceCall): Promise<object>
  readonly blobs: BlobStore
  /** Reads those that are encrypted. */
  readonly encryptedBlobs: EncryptedBlobs
  /** For bodies that may come beside others. */
  readonly md5s: Md5s
  readonly outside: Outside
  /** Ports for protocols that are not HTTP. */
  readonly doors: DoorKeeper
  /** Aborted when the caller goes away or the cloud stops. */
  readonly signal: AbortSignal
}

/** An action may wait for a change of what it has just read. */
const MAY_WAIT = true

/** The context of an action in a world. */
export class WorldContext implements ActionContext {
  readonly #world: World
  readonly #departed: AbortSignal | undefined
  #signal: AbortSignal | undefined

  constructor(world: World, departed: AbortSignal | undefined) {
    this.#world = world
    this.#departed = departed
  }

  get blobs(): BlobStore {
    return this.#world.blobs
  }

  get encryptedBlobs(): EncryptedBlobs {
    return this.#world.encryptedBlobs
  }

  get md5s(): Md5s {
    return this.#world.md5s
  }

  get outside(): Outside {
    return this.#world.outside
  }

  get doors(): DoorKeeper {
    return this.#world.doors
  }

  /** Made for those who look at it: joining two signals costs as much as an operation (measured). */
  get signal(): AbortSignal {
    const { signal } = this.#world
    return (this.#signal ??= this.#departed ? AbortSignal.any([this.#departed, signal]) : signal)
  }

  now(): number {
    return this.#world.clock.now()
  }

  read<T>(fn: (tx: ReadTx) => T): Promise<T> {
    return this.#world.read(fn, MAY_WAIT)
  }

  write<T>(fn: (tx: WriteTx) => T): Promise<T> {
    return this.#world.write(fn, MAY_WAIT)
  }

  changed<Row extends object>(
    table: Table<Row>,
    prefix: KeyParts,
    deadline: number,
  ): Promise<boolean> {
    return this.#world.changed(table, prefix, { deadline, departed: this.#departed })
  }

  receive<Thing>(of: Handover<Thing>, id: string, deadline: number): Promise<Thing | undefined> {
    return this.#world.receive(of, id, { deadline, departed: this.#departed })
  }

  handOver<Thing>(of: Handover<Thing>, id: string, thing: Thing): boolean {
    return this.#world.handOver(of, id, thing)
  }

  call(call: ServiceCall): Promise<object> {
    return this.#world.call(call, this.#departed)
  }
}
