import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { memberOf } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { TAGS } from "../limits.ts"
import { organizationOfId } from "../organization/organization.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { withoutTags, withTags } from "./tag.ts"
import { findTaggable, taggable } from "./taggable.ts"

interface Named {
  readonly ResourceId: string
}

const onTaggable = (tx: ReadTx, input: Named, call: Call): AccessRequest => {
  const own = memberOf(tx, call.account)?.membership.organizationId
  const found =
    own === undefined ? undefined : taggable(tx, organizationOfId(tx, own), input.ResourceId)
  return accessTo(tx, input, { ...(found && { arn: found.arn, tags: found.tags }), call })
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
