import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import type { Operation } from "../../../../registry/operation.ts"
import type { OnBucket } from "../find.ts"
import { findDirectory, regionalAccess } from "./access.ts"
import { refuseMembers } from "./refuse.ts"
import { zonal, type Differences } from "./zonal.ts"

/** An operation on the bucket itself, asked for by an action of S3 Express. */
export const regional = <Input extends OnBucket, Output extends object>(
  operation: Operation<Input, Output>,
  action: string,
  differences: Partial<Differences<Input, Output>> = {},
): Operation<Input, Output> =>
  zonal(operation, {
    mode: "ReadWrite",
    prepare: ofDirectory,
    authorize: regionalAccess(action),
    ...differences,
  })

/** Checks a request about the bucket itself. */
export function ofDirectory<Input extends OnBucket>(tx: ReadTx, input: Input, call: Call): Input {
  findDirectory(tx, input, call)
  refuseMembers(input)
  return input
}
