import type { ByteStream, WireResponse } from "../kernel/wire.ts"
import type { Values } from "../protocols/codec.ts"

/** A file that a browser sends with a form (`multipart/form-data`). */
export interface PostedForm {
  /** The path to which it was sent, with the bucket in front. */
  readonly path: string
  /** Scheme, host and port by which it came. */
  readonly endpoint: string
  /** By their names in lower case, in order; those behind the file are not among them. */
  readonly fields: ReadonlyMap<string, string>
  /** The names as they were sent. */
  readonly names: readonly string[]
  readonly file: {
    readonly name: string | undefined
    readonly bytes: number
    readonly body: ByteStream
  }
  /** Whether somebody signed it. */
  readonly isSigned: boolean
  /** Host time. */
  readonly nowMs: number
}

/** What a form comes to: an operation's input, and how to answer its sender. */
export interface FormPlan {
  readonly operation: string
  readonly input: Values
  respond(output: Values): WireResponse
}
