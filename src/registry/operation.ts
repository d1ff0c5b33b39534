import type { AccessRequest } from "../iam/access.ts"
import type { ActionContext } from "../kernel/action.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import { AwsError, type AwsErrorOptions } from "../protocols/aws-error.ts"
import type { Unchecked } from "./authorize.ts"
import type { Call } from "./call.ts"

/** The generated types of a service: operation name → its input, output and errors. */
export type ServiceTypes<M> = {
  [Name in keyof M]: { input: object; output: object; errors: string }
}

/** What an operation asks the policy engine before it runs: at least one thing. */
export type Authorize<Input> = (
  tx: ReadTx,
  input: Input,
  call: Call,
) => AccessRequest | readonly AccessRequest[] | Unchecked

interface Common<Input> {
  /** An operation that asks nothing says why: `unchecked("…")`. */
  readonly authorize: Authorize<Input> | Unchecked
  /** AWS serves it unsigned too; whom it serves, `authorize` and the resource's policy decide. */
  readonly anonymous?: boolean
  /**
   * Counts a request that comes to its end, or refuses it, before anything else is looked at: asked
   * only while services of some Region hold to their rates (`slowDowns`).
   */
  readonly admit?: (tx: WriteTx, input: Input, call: Call) => void
}

/** A promise is not an output: only actions may await. */
type Settled<Output> = Output & { readonly then?: never }

export interface ReadOperation<Input, Output> extends Common<Input> {
  readonly kind: "read"
  readonly name: string
  readonly run: (tx: ReadTx, input: Input, call: Call) => Settled<Output>
}

export interface WriteOperation<Input, Output> extends Common<Input> {
  readonly kind: "write"
  readonly name: string
  readonly run: (tx: WriteTx, input: Input, call: Call) => Settled<Output>
}

export interface ActionOperation<Input, Output> extends Common<Input> {
  readonly kind: "action"
  readonly name: string
  /**
   * A first step in the transaction that authorizes: its output is the answer, and only without
   * one does `run` begin. For actions that seldom have to wait.
   */
  readonly begin?: (tx: WriteTx, input: Input, call: Call) => Settled<Output> | undefined
  readonly run: (ctx: ActionContext, input: Input, call: Call) => Promise<Output>
}

export type Operation<Input = never, Output = object> =
  | ReadOperation<Input, Output>
  | WriteOperation<Input, Output>
  | ActionOperation<Input, Output>

type Input<M extends ServiceTypes<M>, Name extends keyof M> = M[Name]["input"]
type Output<M extends ServiceTypes<M>, Name extends keyof M> = M[Name]["output"]
type ErrorName<M extends ServiceTypes<M>> = M[keyof M]["errors"]

type Spec<Kind, Of extends { kind: string; name: string }> = Omit<
  Extract<Of, { kind: Kind }>,
  "kind" | "name"
>

/** The ways to make a service's operations; the names and types are the model's. */
export interface Operations<M extends ServiceTypes<M>> {
  /** Synchronous, changes nothing. */
  read<Name extends keyof M & string>(
    name: Name,
    spec: Spec<"read", Operation<Input<M, Name>, Output<M, Name>>>,
  ): Operation<Input<M, Name>, Output<M, Name>>
  /** Synchronous, one commit. */
  write<Name extends keyof M & string>(
    name: Name,
    spec: Spec<"write", Operation<Input<M, Name>, Output<M, Name>>>,
  ): Operation<Input<M, Name>, Output<M, Name>>
  /** May await; reaches state only through `ctx.read` and `ctx.write`. */
  action<Name extends keyof M & string>(
    name: Name,
    spec: Spec<"action", Operation<Input<M, Name>, Output<M, Name>>>,
  ): Operation<Input<M, Name>, Output<M, Name>>
  /** An error that the service's model declares. */
  error(code: ErrorName<M>, message: string, options?: AwsErrorOptions): AwsError
}

export function operations<M extends ServiceTypes<M>>(): Operations<M> {
  return {
    read: (name, spec) => Object.freeze({ kind: "read", name, ...spec }),
    write: (name, spec) => Object.freeze({ kind: "write", name, ...spec }),
    action: (name, spec) => Object.freeze({ kind: "action", name, ...spec }),
    error: (code, message, options) => new AwsError(code, message, options),
  }
}
