import type { AccessRequest } from "../iam/access.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { isUnchecked } from "./authorize.ts"
import type { Call } from "./call.ts"
import type { Operation } from "./operation.ts"

type Operations = Readonly<Record<string, Operation>>

/** What is asked for in place of one request of an operation with this input. */
export type Complete<Input> = (
  tx: ReadTx,
  request: AccessRequest,
  around: { readonly input: Input; readonly call: Call },
) => readonly AccessRequest[]

/**
 * Makes operations ask for what `complete` makes of each request that they ask: for what is the same
 * for all operations of a service, such as the condition keys that its actions share.
 */
export const guardedBy =
  <Input>(complete: Complete<Input>) =>
  (operations: Operations): Operations =>
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, guard(operation, complete)]),
    )

function guard<Input>(operation: Operation, complete: Complete<Input>): Operation {
  const { authorize } = operation
  if (isUnchecked(authorize)) return operation
  const asking = (tx: ReadTx, input: never, call: Call) => {
    const asked = authorize(tx, input, call)
    if (isUnchecked(asked)) return asked
    const around = { input, call }
    if (!Array.isArray(asked)) return complete(tx, asked as AccessRequest, around)
    const list = asked as readonly AccessRequest[]
    if (list.length === 1) return complete(tx, list[0]!, around)
    return list.flatMap((request) => complete(tx, request, around))
  }
  return Object.freeze({ ...operation, authorize: asking })
}
