import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { accessTo } from "../access.ts"
import { op, type Out } from "../define.ts"
import { readName, type ParameterName } from "../parameter/names.ts"
import { lookUp, parameters, type Parameter } from "../parameter/parameter.ts"
import { withTags } from "./tags.ts"

interface Tagged {
  readonly ResourceType: string
  readonly ResourceId: string
}

/** Only parameters: the other resources of Systems Manager are not there. */
function nameOf({ ResourceType, ResourceId }: Tagged, call: Call): ParameterName {
  if (ResourceType !== "Parameter")
    throw notImplemented(`tags of the resource type ${ResourceType}`)
  return readName(ResourceId, call)
}

const onTagged = (tx: ReadTx, input: Tagged, call: Call): AccessRequest =>
  accessTo(tx, nameOf(input, call), { call, keys: requestTagKeys(input) })

/** Throws InvalidResourceId. */
function findTagged(tx: ReadTx, input: Tagged, call: Call): Parameter {
  const parameter = lookUp(tx, nameOf(input, call))
  if (!parameter) throw op.error("InvalidResourceId", "")
  return parameter
}

export const AddTagsToResource = op.write("AddTagsToResource", {
  authorize: onTagged,
  run(tx, input, call): Out<"AddTagsToResource"> {
    const parameter = findTagged(tx, input, call)
    const tags = withTags(parameter.tags, input.Tags)
    tx.replace(parameters, parameter, { ...parameter, tags })
    return {}
  },
})

export const RemoveTagsFromResource = op.write("RemoveTagsFromResource", {
  authorize: onTagged,
  run(tx, input, call): Out<"RemoveTagsFromResource"> {
    const parameter = findTagged(tx, input, call)
    const left = Object.entries(parameter.tags).filter(([key]) => !input.TagKeys.includes(key))
    tx.replace(parameters, parameter, { ...parameter, tags: Object.fromEntries(left) })
    return {}
  },
})

export const ListTagsForResource = op.read("ListTagsForResource", {
  authorize: onTagged,
  run(tx, input, call): Out<"ListTagsForResource"> {
    const { tags } = findTagged(tx, input, call)
    return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
  },
})
