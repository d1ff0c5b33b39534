import type { AccessRequest } from "../../../../iam/access.ts"
import type { ActionContext } from "../../../../kernel/action.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { Unchecked } from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import type { Operation } from "../../../../registry/operation.ts"
import type { OnBucket } from "../find.ts"
import { zonalAccess } from "./access.ts"
import type { SessionMode } from "./session.ts"

/** How an operation on objects differs where the bucket is a directory bucket. */
export interface Differences<Input, Output> {
  /** What a session must be for it. */
  readonly mode: SessionMode
  /** Checks the request, and says it as it is said of buckets of the other kind. */
  readonly prepare: (tx: ReadTx, input: Input, call: Call) => Input
  /** The answer as directory buckets give it, to the request as it came. */
  readonly tell?: (output: Output, call: Call, input: Input) => Output
  /** Asks for something more than the session. */
  readonly authorize?: (
    tx: ReadTx,
    input: Input,
    call: Call,
  ) => AccessRequest | readonly AccessRequest[] | Unchecked
}

/** An operation of buckets as directory buckets have it: the same deed, with other rules around it. */
export function zonal<Input extends OnBucket, Output extends object>(
  operation: Operation<Input, Output>,
  { mode, prepare, tell = same, authorize = zonalAccess(mode) }: Differences<Input, Output>,
): Operation<Input, Output> {
  const common = { name: operation.name, authorize }
  switch (operation.kind) {
    case "read": {
      const { kind, run } = operation
      return Object.freeze({
        ...{ ...common, kind },
        run: (tx: ReadTx, input: Input, call: Call) =>
          tell(run(tx, prepare(tx, input, call), call), call, input),
      } satisfies Operation<Input, Output>)
    }
    case "write": {
      const { kind, run } = operation
      return Object.freeze({
        ...{ ...common, kind },
        run: (tx: WriteTx, input: Input, call: Call) =>
          tell(run(tx, prepare(tx, input, call), call), call, input),
      } satisfies Operation<Input, Output>)
    }
    case "action": {
      const { kind, begin, run } = operation
      return Object.freeze({
        ...{ ...common, kind },
        ...(begin && {
          begin: (tx: WriteTx, input: Input, call: Call) => {
            const output = begin(tx, prepare(tx, input, call), call)
            return output && tell(output, call, input)
          },
        }),
        async run(ctx: ActionContext, input: Input, call: Call) {
          const prepared = await ctx.read((tx) => prepare(tx, input, call))
          return tell(await run(ctx, prepared, call), call, input)
        },
      } satisfies Operation<Input, Output>)
    }
  }
}

const same = <Output>(output: Output): Output => output
