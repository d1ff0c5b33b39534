import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { shownPolicy } from "../../iam/port.ts"
import { op, type In, type Out } from "../define.ts"
import { badTags, noSuchPolicy } from "../errors.ts"
import { resumeRotation } from "../rotation/rotate.ts"
import { namedKeyAccess } from "./access.ts"
import { findNamedKey, foundKey } from "./find.ts"
import { keys, type Key } from "./key.ts"
import { unusedDays } from "./last-usage.ts"
import { pageOfList } from "./list.ts"
import { readPolicy } from "./policy.ts"
import { assertState, MANAGEABLE, type KeyState } from "./state.ts"
import { isReserved, withTags } from "./tags.ts"

/** The key of an operation that changes it, in a state that lets it. */
export function keyToChange(
  tx: WriteTx,
  { KeyId }: { readonly KeyId: string },
  { call, states }: { readonly call: Call; readonly states: readonly KeyState[] },
): Key {
  const { key } = foundKey(findNamedKey(tx, KeyId, call))
  assertState(tx, key, states)
  return key
}

export function changeKey(tx: WriteTx, key: Key, change: Partial<Key>): Key {
  const changed = { ...key, ...change }
  tx.replace(keys, key, changed)
  return changed
}

const SWITCHABLE: readonly KeyState[] = ["Enabled", "Disabled", "Unavailable"]

export const EnableKey = op.write("EnableKey", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"EnableKey"> {
    const key = keyToChange(tx, input, { call, states: SWITCHABLE })
    resumeRotation(tx, changeKey(tx, key, { enabled: true }))
    return {}
  },
})

export const DisableKey = op.write("DisableKey", {
  authorize: namedKeyAccess<In<"DisableKey">>((_input, found, tx) => unusedDays(tx, found)),
  run(tx, input, call): Out<"DisableKey"> {
    const key = keyToChange(tx, input, { call, states: SWITCHABLE })
    changeKey(tx, key, { enabled: false })
    return {}
  },
})

export const UpdateKeyDescription = op.write("UpdateKeyDescription", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"UpdateKeyDescription"> {
    const key = keyToChange(tx, input, { call, states: MANAGEABLE })
    changeKey(tx, key, { description: input.Description })
    return {}
  },
})

/** A key has one policy, which is called so. */
const POLICY_NAME = "default"

function assertPolicyName(name: string | undefined): void {
  if (name !== undefined && name !== POLICY_NAME) throw noSuchPolicy()
}

export const GetKeyPolicy = op.read("GetKeyPolicy", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"GetKeyPolicy"> {
    assertPolicyName(input.PolicyName)
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    return { Policy: shownPolicy(tx, key.policy), PolicyName: POLICY_NAME }
  },
})

export const PutKeyPolicy = op.write("PutKeyPolicy", {
  authorize: namedKeyAccess(({ BypassPolicyLockoutSafetyCheck: bypass }: In<"PutKeyPolicy">) => ({
    "kms:BypassPolicyLockoutSafetyCheck": String(bypass === true),
  })),
  run(tx, input, call): Out<"PutKeyPolicy"> {
    assertPolicyName(input.PolicyName)
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    changeKey(tx, key, { policy: readPolicy(tx, input, call) })
    return {}
  },
})

export const ListKeyPolicies = op.read("ListKeyPolicies", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"ListKeyPolicies"> {
    foundKey(findNamedKey(tx, input.KeyId, call))
    return { PolicyNames: [POLICY_NAME], Truncated: false }
  },
})

export const TagResource = op.write("TagResource", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"TagResource"> {
    const key = keyToChange(tx, input, { call, states: MANAGEABLE })
    changeKey(tx, key, { tags: withTags(key.tags, input.Tags) })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"UntagResource"> {
    const key = keyToChange(tx, input, { call, states: MANAGEABLE })
    if (input.TagKeys.some(isReserved)) throw badTags("Tags beginning with aws: are reserved")
    const left = Object.entries(key.tags).filter(([name]) => !input.TagKeys.includes(name))
    changeKey(tx, key, { tags: Object.fromEntries(left) })
    return {}
  },
})

export const ListResourceTags = op.read("ListResourceTags", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"ListResourceTags"> {
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    const tags = Object.entries(key.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
    const { items, more } = pageOfList(tags, ({ TagKey }) => TagKey, input)
    return { Tags: items, ...more }
  },
})
