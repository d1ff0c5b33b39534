import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { lensArn, lookUp, refOf, type OnDashboard } from "./dashboard.ts"

/** Asks for the operation's action on a dashboard, there or not. */
export function onDashboard(tx: ReadTx, input: OnDashboard, call: Call): AccessRequest {
  const ref = refOf(input, call)
  return {
    ...{ action: `s3:${call.operation}`, resource: lensArn(ref), owner: ref.account },
    context: {
      ...resourceTagKeys(lookUp(tx, ref)?.tags),
      ...requestTagKeys(input),
    },
  }
}

/** For no dashboard in particular. */
export const onAccount = (
  _tx: ReadTx,
  input: { readonly AccountId: string },
  call: Call,
): AccessRequest => ({
  ...{ action: `s3:${call.operation}`, resource: "*", owner: input.AccountId },
  context: requestTagKeys(input),
})
