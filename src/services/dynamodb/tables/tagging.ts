import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { op, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { lookUp, refOf, tables, type Table } from "./table.ts"
import { withoutTags, withTags } from "./tags.ts"

type Addressed = { readonly ResourceArn: string }

export const byArn = (tx: ReadTx, input: Addressed, call: Call): AccessRequest =>
  accessToManage(tx, { ref: refOf(input.ResourceArn, call), input }, call)

const byTableArn = (tx: ReadTx, input: Addressed, call: Call): AccessRequest =>
  byArn(tx, { ...input, ResourceArn: tableArn(input) }, call)

/** The first words are as tests against AWS have it, the second are not verified. */
function tableArn({ ResourceArn }: Addressed): string {
  if (!ResourceArn.startsWith("arn:"))
    throw validation(`Invalid ResourceArn: ARNs must start with 'arn:': ${ResourceArn}`)
  if (/\/(index|stream|backup)\//.test(ResourceArn))
    throw validation(`Invalid ResourceArn: not the ARN of a table: ${ResourceArn}`)
  return ResourceArn
}

/** Throws ResourceNotFoundException (recorded). */
function tableOfArn(tx: ReadTx, { ResourceArn }: Addressed, call: Call): Table {
  const table = lookUp(tx, refOf(ResourceArn, call))
  if (!table)
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: ResourcArn: ${ResourceArn} not found`,
    )
  return table
}

/** Recorded: the words for no tags, and for no keys. */
export const TagResource = op.write("TagResource", {
  authorize: byTableArn,
  run(tx, input, call): Out<"TagResource"> {
    const table = tableOfArn(tx, input, call)
    if (input.Tags.length === 0) throw validation("Atleast one Tag needs to be provided as Input.")
    tx.put(tables, { ...table, tags: withTags(table.tags, input.Tags) })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: byTableArn,
  run(tx, input, call): Out<"UntagResource"> {
    const table = tableOfArn(tx, input, call)
    if (input.TagKeys.length === 0)
      throw validation("Atleast one Tag Key needs to be provided as Input.")
    tx.put(tables, { ...table, tags: withoutTags(table.tags, input.TagKeys) })
    return {}
  },
})

/** All at once: a table has at most 50. */
export const ListTagsOfResource = op.read("ListTagsOfResource", {
  authorize: byTableArn,
  run: (tx, input, call): Out<"ListTagsOfResource"> => ({
    Tags: Object.entries(tableOfArn(tx, input, call).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
})
