import type { Principal } from "../iam/principal.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import type { TcpConnection } from "../kernel/doors/tcp.ts"
import type { WireRequest } from "../kernel/wire.ts"

/** An operation of the service's `inner`, on behalf of who speaks through a door. */
export interface DoorCall {
  readonly principal: Principal
  readonly operation: string
  readonly input: object
  readonly region: string
  readonly connection: Pick<TcpConnection, "secure" | "localAddress" | "remoteAddress">
  readonly userAgent: string
}

/** What stands behind a door. */
export interface DoorContext {
  /** Cloud time, epoch milliseconds. */
  now(): number
  read<T>(look: (tx: ReadTx) => T): Promise<T>
  write<T>(change: (tx: WriteTx) => T): Promise<T>
  /** Who signed, where a protocol carries the signature of a request. Throws AwsError. */
  signer(request: WireRequest): Principal
  /** Throws the AwsError for an input that goes against the model of another service's operation. */
  validate(service: string, operation: string, input: object): void
  /** With every check that a caller of the API meets. Rejects with the AwsError that it would get. */
  call(call: DoorCall): Promise<object>
  /** A new id for a request. */
  requestId(): string
  /** Tells of what is our bug; gives the error to be told. */
  failed(what: string, error: unknown): Error
}

/** Serves a service's doors in one world. What it remembers is gone when the world is. */
export interface DoorServer {
  serve(ctx: DoorContext, name: string, connection: TcpConnection): Promise<void>
}
