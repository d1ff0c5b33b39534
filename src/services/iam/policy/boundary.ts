import type { ReadTx } from "../../../kernel/transaction.ts"
import { boundaryMissing } from "../errors.ts"
import { managedPolicy } from "./managed.ts"

/** Throws NoSuchEntity when there is no such policy. */
export function assertBoundary(tx: ReadTx, account: string, arn: string | undefined): void {
  if (arn !== undefined && !managedPolicy(tx, account, arn)) throw boundaryMissing(arn)
}

/** An answer's PermissionsBoundary. Its type as recorded; the model would say otherwise. */
export const boundaryMember = (arn: string | undefined) =>
  arn === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: "Policy",
          PermissionsBoundaryArn: arn,
        },
      }
