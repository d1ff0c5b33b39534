import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo, type Asked } from "../access.ts"
import { memberOf } from "../account/account.ts"
import { organizationsArn } from "../organization/organization.ts"
import { roots } from "../root/root.ts"
import type { Tag } from "../tag/tag.ts"
import { units } from "../unit/unit.ts"

/** Where a caller stands, for the ARNs of what it names. */
export interface Ground {
  readonly partition: string
  readonly managementAccount: string
  /** `o-` alone for a caller in no organization: nothing that it names is there. */
  readonly organizationId: string
}

export function groundOf(tx: ReadTx, { account, partition }: Call): Ground {
  const { organizationId = "o-", managementAccount = account } =
    memberOf(tx, account)?.membership ?? {}
  return { partition, managementAccount, organizationId }
}

/** The ARN of a root, unit or account by its id, whether or not there is one. */
export function nodeArn(ground: Ground, id: string): string {
  const kind = id.startsWith("ou-") ? "ou" : id.startsWith("r-") ? "root" : "account"
  return organizationsArn(ground, `${kind}/${ground.organizationId}/${id}`)
}

/** ARN of a root, unit or account, and its tags where it is one of the caller's organization. */
export function nodeAsked(tx: ReadTx, call: Call, id: string): Asked {
  const ground = groundOf(tx, call)
  return { arn: nodeArn(ground, id), tags: tagsOf(tx, ground, id) }
}

function tagsOf(tx: ReadTx, { organizationId }: Ground, id: string): readonly Tag[] | undefined {
  const row = tx.get(units, [id]) ?? tx.get(roots, [id])
  if (row) return row.organizationId === organizationId ? row.tags : undefined
  const member = memberOf(tx, id)
  return member?.membership.organizationId === organizationId ? member.tags : undefined
}

/** Asks for the node that a member of the input names. */
export const onNode =
  <Name extends string>(name: Name) =>
  (tx: ReadTx, input: { readonly [N in Name]: string }, call: Call): AccessRequest =>
    accessTo(tx, input, { ...nodeAsked(tx, call, input[name]), call })
