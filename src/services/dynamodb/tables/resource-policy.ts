import { AwsError } from "../../../protocols/aws-error.ts"
import { op, type Out } from "../define.ts"
import { checkLater } from "../global/accounts/blocking.ts"
import { checkedPolicy } from "./policy.ts"
import { byArn, tableOfArn } from "./tagging.ts"
import { tables, type Table } from "./table.ts"

/** `ExpectedRevisionId` of what is not to replace anything (docs: "PutResourcePolicy"). */
const NO_POLICY = "NO_POLICY"

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const table = tableOfArn(tx, input, call)
    assertRevision(table, input)
    // The same policy again keeps its revision (docs: "PutResourcePolicy", idempotent).
    if (table.policy?.text === input.Policy) return { RevisionId: table.policy.revision }
    const policy = checkedPolicy(tx, input.Policy)
    tx.put(tables, { ...table, policy })
    checkLater(tx, table)
    return { RevisionId: policy.revision }
  },
})

export const GetResourcePolicy = op.read("GetResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"GetResourcePolicy"> {
    const { policy } = tableOfArn(tx, input, call)
    if (!policy) throw policyNotFound(input.ResourceArn)
    return { Policy: policy.text, RevisionId: policy.revision }
  },
})

/** Without a policy there is nothing to do, and no revision to tell. */
export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const table = tableOfArn(tx, input, call)
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

/** Throws PolicyNotFoundException. */
function assertRevision({ policy }: Table, { ResourceArn, ExpectedRevisionId }: Expecting): void {
  if (ExpectedRevisionId === undefined) return
  if (ExpectedRevisionId !== (policy?.revision ?? NO_POLICY)) throw policyNotFound(ResourceArn)
}

/** As users quote it. */
const policyNotFound = (resourceArn: string): AwsError =>
  new AwsError(
    "PolicyNotFoundException",
    `Resource-based policy not found for the provided ResourceArn: ${resourceArn}`,
  )
