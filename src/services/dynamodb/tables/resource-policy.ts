import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type Out } from "../define.ts"
import { tableNotFound } from "../errors.ts"
import { checkLater } from "../global/accounts/blocking.ts"
import { checkedPolicy } from "./policy.ts"
import { lookUp, refOf, tables, type Table } from "./table.ts"
import { byArn } from "./tagging.ts"

/** `ExpectedRevisionId` of what is not to replace anything (docs: "PutResourcePolicy"). */
const NO_POLICY = "NO_POLICY"

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const table = tableWithPolicy(tx, input, call)
    assertRevision(table, input)
    const policy = checkedPolicy(tx, input.Policy)
    // The same policy again keeps its revision (docs: "PutResourcePolicy", idempotent).
    if (table.policy?.text === policy.text) return { RevisionId: table.policy.revision }
    tx.put(tables, { ...table, policy })
    checkLater(tx, table)
    return { RevisionId: policy.revision }
  },
})

export const GetResourcePolicy = op.read("GetResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"GetResourcePolicy"> {
    const { policy } = tableWithPolicy(tx, input, call)
    if (!policy) throw policyNotFound(input.ResourceArn)
    return { Policy: shownPolicy(tx, policy.text), RevisionId: policy.revision }
  },
})

/** Without a policy there is nothing to do, and no revision to tell. */
export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const table = tableWithPolicy(tx, input, call)
    assertRevision(table, input)
    const { policy, ...rest } = table
    if (!policy) return {}
    tx.put(tables, rest)
    checkLater(tx, table)
    return { RevisionId: policy.revision }
  },
})

interface Expecting {
  readonly ResourceArn: string
  readonly ExpectedRevisionId?: string | undefined
}

/** Throws ResourceNotFoundException in words other than those of tags, as shown on AWS. */
function tableWithPolicy(tx: ReadTx, { ResourceArn }: Expecting, call: Call): Table {
  const ref = refOf(ResourceArn, call)
  const table = lookUp(tx, ref)
  if (!table) throw tableNotFound(ref.name)
  return table
}

/**
 * Throws PolicyNotFoundException. The words for a policy of another revision are as shown on AWS,
 * those for none at all are not verified.
 */
function assertRevision({ name, policy }: Table, { ResourceArn, ...input }: Expecting): void {
  const expected = input.ExpectedRevisionId
  if (expected === undefined || expected === (policy?.revision ?? NO_POLICY)) return
  if (!policy) throw policyNotFound(ResourceArn)
  throw policyNotFound(
    expected === NO_POLICY
      ? `Requested policy update expecting none to be present for table ${name}, but a policy exists with revision id ${policy.revision}.`
      : `Requested update for policy with revision id ${expected}, but the policy associated to target table ${name} has revision id ${policy.revision}.`,
  )
}

/** As users quote it. */
const policyNotFound = (reason: string): AwsError =>
  new AwsError(
    "PolicyNotFoundException",
    `Resource-based policy not found for the provided ResourceArn: ${reason}`,
  )
