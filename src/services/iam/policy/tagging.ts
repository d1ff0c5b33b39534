import { onPolicy } from "../access.ts"
import { op, type Out } from "../define.ts"
import { listTags, withoutTags, withTags } from "../tags.ts"
import { changeablePolicy, findManaged } from "./managed.ts"
import { policies } from "./policy.ts"

export const TagPolicy = op.write("TagPolicy", {
  authorize: onPolicy,
  run(tx, { PolicyArn, Tags }, call): Out<"TagPolicy"> {
    const policy = changeablePolicy(tx, call, PolicyArn)
    tx.replace(policies, policy, { ...policy, tags: withTags(policy.tags, Tags) })
    return {}
  },
})

export const UntagPolicy = op.write("UntagPolicy", {
  authorize: onPolicy,
  run(tx, { PolicyArn, TagKeys }, call): Out<"UntagPolicy"> {
    const policy = changeablePolicy(tx, call, PolicyArn)
    tx.replace(policies, policy, { ...policy, tags: withoutTags(policy.tags, TagKeys) })
    return {}
  },
})

export const ListPolicyTags = op.read("ListPolicyTags", {
  authorize: onPolicy,
  run(tx, input, { account }): Out<"ListPolicyTags"> {
    return listTags(findManaged(tx, account, input.PolicyArn).tags ?? [], input)
  },
})
