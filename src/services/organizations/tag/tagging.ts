import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { op, type Out } from "../define.ts"
import { TAGS } from "../limits.ts"
import { organizations, organizationsArn } from "../organization/organization.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { groundOf, nodeArn, type Ground } from "../tree/arns.ts"
import { withoutTags, withTags } from "./tag.ts"
import { findTaggable, taggable } from "./taggable.ts"

interface Named {
  readonly ResourceId: string
}

const onTaggable = (tx: ReadTx, input: Named, call: Call): AccessRequest => {
  const ground = groundOf(tx, call)
  const organization = tx.get(organizations, [ground.organizationId])
  const found = organization && taggable(tx, organization, input.ResourceId)
  if (!found) return accessTo(tx, input, { arn: missingArn(ground, input.ResourceId), call })
  const { arn, tags, context } = found
  return accessTo(tx, input, { arn, tags, context, call })
}

/** What is not there has an ARN all the same: the type of a policy cannot be told from its id. */
function missingArn(ground: Ground, id: string): string {
  const { organizationId } = ground
  if (id.startsWith("p-"))
    return organizationsArn(ground, `policy/${organizationId}/service_control_policy/${id}`)
  if (id.startsWith("rp-"))
    return organizationsArn(ground, `resourcepolicy/${organizationId}/${id}`)
  return nodeArn(ground, id)
}

export const TagResource = op.write("TagResource", {
  authorize: onTaggable,
  run(tx, { ResourceId, Tags }, call): Out<"TagResource"> {
    const found = findTaggable(tx, governedOrganization(tx, call), ResourceId)
    found.keep(tx, withTags(found.tags, Tags))
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onTaggable,
  run(tx, { ResourceId, TagKeys }, call): Out<"UntagResource"> {
    const found = findTaggable(tx, governedOrganization(tx, call), ResourceId)
    found.keep(tx, withoutTags(found.tags, TagKeys))
    return {}
  },
})

export const ListTagsForResource = op.read("ListTagsForResource", {
  authorize: onTaggable,
  run(tx, { ResourceId, NextToken }, call): Out<"ListTagsForResource"> {
    const { tags } = findTaggable(tx, governedOrganization(tx, call), ResourceId)
    const { items, more } = pageOfList(tags, ({ Key }) => Key, { NextToken, MaxResults: TAGS })
    return { Tags: items, ...more }
  },
})
