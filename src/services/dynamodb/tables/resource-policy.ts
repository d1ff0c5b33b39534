import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type Out } from "../define.ts"
import { invalidValues, tableNotFound } from "../errors.ts"
import { checkLater } from "../global/accounts/blocking.ts"
import { streamOfArn, streams } from "../streams/stream.ts"
import { checkedPolicy } from "./policy.ts"
import { lookUp, refOf, tables, type Table } from "./table.ts"
import { assertResource } from "./tagging.ts"

/** `ExpectedRevisionId` of what is not to replace anything (docs: "PutResourcePolicy"). */
const NO_POLICY = "NO_POLICY"

type Policy = Table["policy"]

/** What has a policy of its own: a table, or a stream of one. */
interface Holder {
  /** As refusals name it. */
  readonly title: string
  readonly policy: Policy
  readonly keep: (tx: WriteTx, policy: Policy) => void
}

interface Addressed {
  readonly ResourceArn: string
}

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const holder = holderOf(tx, input, call)
    assertRevision(holder, input)
    const policy = checkedPolicy(tx, input.Policy)
    // The same policy again keeps its revision (docs: "PutResourcePolicy", idempotent).
    if (holder.policy?.text === policy.text) return { RevisionId: holder.policy.revision }
    holder.keep(tx, policy)
    return { RevisionId: policy.revision }
  },
})

export const GetResourcePolicy = op.read("GetResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"GetResourcePolicy"> {
    const { policy } = holderOf(tx, input, call)
    if (!policy) throw policyNotFound(input.ResourceArn)
    return { Policy: shownPolicy(tx, policy.text), RevisionId: policy.revision }
  },
})

/** Without a policy there is nothing to do, and no revision to tell. */
export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: byArn,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const holder = holderOf(tx, input, call)
    assertRevision(holder, input)
    if (!holder.policy) return {}
    holder.keep(tx, undefined)
    return { RevisionId: holder.policy.revision }
  },
})

const isStream = (arn: string): boolean => arn.includes("/stream/")

/** On a stream its own policy decides, not its table's. */
function byArn(tx: ReadTx, input: Addressed, call: Call): AccessRequest {
  const { ResourceArn: arn } = input
  const { account, region } = assertResource(arn)
  // Recorded.
  if (region !== call.region) throw invalidValues(`Invalid resource Arn: ${arn}`)
  const request = accessToManage(tx, { ref: refOf(arn, call), input }, call)
  if (!isStream(arn)) return request
  const policy = streamOfArn(tx, arn)?.policy?.text
  return { action: request.action, resource: arn, owner: account, policy }
}

/** Throws ResourceNotFoundException in words other than those of tags (recorded). */
function holderOf(tx: ReadTx, { ResourceArn: arn }: Addressed, call: Call): Holder {
  const ref = refOf(arn, call)
  if (isStream(arn)) {
    const stream = streamOfArn(tx, arn)
    const label = arn.slice(arn.indexOf("/stream/") + "/stream/".length)
    if (!stream)
      throw new AwsError(
        "ResourceNotFoundException",
        `Requested resource not found: Stream: ${label} not found for Table: ${ref.name}`,
      )
    return {
      ...{ title: `stream ${label}`, policy: stream.policy },
      keep: (into, policy) => into.replace(streams, stream, { ...stream, policy }),
    }
  }
  const table = lookUp(tx, ref)
  if (!table) throw tableNotFound(ref.name)
  return {
    ...{ title: `table ${table.name}`, policy: table.policy },
    keep(into, policy) {
      into.put(tables, { ...table, policy })
      checkLater(into, table)
    },
  }
}

interface Expecting extends Addressed {
  readonly ExpectedRevisionId?: string | undefined
}

/**
 * Throws PolicyNotFoundException. The words for a policy of another revision are as shown on AWS,
 * those for none at all, and of streams, are not verified.
 */
function assertRevision({ title, policy }: Holder, { ResourceArn, ...input }: Expecting): void {
  const expected = input.ExpectedRevisionId
  if (expected === undefined || expected === (policy?.revision ?? NO_POLICY)) return
  if (!policy) throw policyNotFound(ResourceArn)
  throw policyNotFound(
    expected === NO_POLICY
      ? `Requested policy update expecting none to be present for ${title}, but a policy exists with revision id ${policy.revision}.`
      : `Requested update for policy with revision id ${expected}, but the policy associated to target ${title} has revision id ${policy.revision}.`,
  )
}

/** As users quote it. */
const policyNotFound = (reason: string): AwsError =>
  new AwsError(
    "PolicyNotFoundException",
    `Resource-based policy not found for the provided ResourceArn: ${reason}`,
  )
