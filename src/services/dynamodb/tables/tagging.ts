import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { parseArn, type Arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"
import { lookUp, refOf, tables, type Table } from "./table.ts"
import { withoutTags, withTags } from "./tags.ts"

type Addressed = { readonly ResourceArn: string }

const byArn = (tx: ReadTx, input: Addressed, call: Call): AccessRequest =>
  accessToManage(tx, { ref: refOf(input.ResourceArn, call), input }, call)

const byTableArn = (tx: ReadTx, input: Addressed, call: Call): AccessRequest =>
  byArn(tx, { ...input, ResourceArn: tableArn(input, call) }, call)

/** The ARN of a table of the Region, or of a stream, which has no tags. Recorded. */
function tableArn({ ResourceArn }: Addressed, { region }: Call): string {
  const parts = assertResource(ResourceArn)
  if (parts.region !== region)
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${ResourceArn}`)
  return ResourceArn
}

/** The parts of the ARN of a table or a stream. Recorded. */
export function assertResource(resourceArn: string): Arn {
  if (!resourceArn.startsWith("arn:"))
    throw invalidValues(`ARNs must start with 'arn:': ${resourceArn}`)
  const parts = parseArn(resourceArn)
  if (parts?.service !== "dynamodb" || /\/(backup|import|export)\//.test(parts.resource))
    throw invalidValues(`Provided Arn is not a DynamoDB resource arn: ${resourceArn}`)
  if (parts.resource.includes("/index/"))
    throw invalidValues(
      "Invalid resource arn provided, only table or stream is accepted. " +
        `Provided resource arn: ${resourceArn}`,
    )
  return parts
}

/** Throws ResourceNotFoundException (recorded). */
function tableOfArn(tx: ReadTx, { ResourceArn }: Addressed, call: Call): Table {
  const isStream = ResourceArn.includes("/stream/")
  const table = isStream ? undefined : lookUp(tx, refOf(ResourceArn, call))
  if (!table)
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: ResourceArn: ${ResourceArn} not found`,
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
