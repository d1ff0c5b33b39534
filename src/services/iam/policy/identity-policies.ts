import type { CallerTexts, PolicyText } from "../../../iam/caller-policies.ts"
import type { Principal } from "../../../iam/principal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { groupsOf } from "../group/membership.ts"
import { attachedTo, type Holder } from "./attachment.ts"
import { inlineOf } from "./inline.ts"
import { managedPolicy } from "./managed.ts"
import { roleOfId } from "../role/role.ts"
import { tagRecord, type Tag } from "../tags.ts"
import { userOfId } from "../user/user.ts"

/** A user or role with what its policies need. */
type Bounded = Holder & { readonly tags: readonly Tag[]; readonly boundary?: string | undefined }

const NOTHING: CallerTexts = Object.freeze({ identity: [] })

/** What a user may do: nothing at all when there is no such user any more. */
export function policiesOfUser(tx: ReadTx, account: string, id: string): CallerTexts {
  const user = userOfId(tx, account, id)
  return user ? policiesOf(tx, user, [user, ...groupsOf(tx, user)]) : NOTHING
}

/** What a role of this id may do, as long as it is there. */
export function policiesOfRole(tx: ReadTx, account: string, id: string): CallerTexts | undefined {
  const role = roleOfId(tx, account, id)
  return role && policiesOf(tx, role, [role])
}

/** What the user or role may do that calls; undefined of all other callers. */
export function policiesOfCaller(tx: ReadTx, principal: Principal): CallerTexts | undefined {
  const { account } = principal
  if (principal.type === "user") return policiesOfUser(tx, account, principal.userId)
  return principal.type === "assumed-role"
    ? policiesOfRole(tx, account, principal.roleId)
    : undefined
}

/** The text of a managed policy; none for one that is not there. */
export function managedText(tx: ReadTx, account: string, arn: string): PolicyText[] {
  const policy = managedPolicy(tx, account, arn)
  return policy ? [{ name: arn, text: policy.document }] : []
}

function policiesOf(tx: ReadTx, own: Bounded, holders: readonly Holder[]): CallerTexts {
  const { account, boundary } = own
  const identity: PolicyText[] = []
  for (const holder of holders) {
    for (const { name, document } of inlineOf(tx, holder)) identity.push({ name, text: document })
    for (const { policyArn } of attachedTo(tx, holder))
      identity.push(...managedText(tx, account, policyArn))
  }
  return {
    identity,
    // A boundary that is gone allows nothing.
    boundary:
      boundary === undefined
        ? undefined
        : (managedText(tx, account, boundary)[0] ?? { name: boundary, text: "" }),
    facts: { tags: tagRecord(own.tags) },
  }
}
