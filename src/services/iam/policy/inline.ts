import { charactersOf } from "../../../iam/policy/document.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { inlineMissing, inlineTooLong, type IdentityKind } from "../errors.ts"
import { INLINE_LENGTH } from "../limits.ts"
import type { Holder } from "./attachment.ts"
import { assertInlineDocument } from "./document.ts"

/** A policy that is part of one identity and goes with it. */
export interface InlinePolicy {
  readonly account: string
  readonly holderId: string
  readonly name: string
  /** As sent. */
  readonly document: string
}

export const inlinePolicies = table<InlinePolicy>("iam/inline-policy", {
  key: (policy) => [policy.account, policy.holderId, policy.name],
  cached: true,
})

/** The shortest policy takes more than 50 characters of a sum of 10,240. */
const MOST_INLINE = 250

export const inlineOf = (tx: ReadTx, { account, id }: Holder): readonly InlinePolicy[] =>
  tx.scan(inlinePolicies, { prefix: [account, id], limit: MOST_INLINE }).rows

/** Throws NoSuchEntity. */
export function findInline(
  tx: ReadTx,
  kind: IdentityKind,
  { holder, name }: { readonly holder: Holder; readonly name: string },
): InlinePolicy {
  const policy = tx.get(inlinePolicies, [holder.account, holder.id, name])
  if (!policy) throw inlineMissing(kind, name)
  return policy
}

/** Writes or replaces one. Throws MalformedPolicyDocument, and LimitExceeded for the sum of all. */
export function putInline(
  tx: WriteTx,
  kind: IdentityKind,
  policy: { readonly holder: Holder; readonly name: string; readonly document: string },
): void {
  const { holder, name, document } = policy
  assertInlineDocument(document)
  const limit = INLINE_LENGTH[kind]
  let length = charactersOf(document)
  for (const other of inlineOf(tx, holder))
    if (other.name !== name) length += charactersOf(other.document)
  if (length > limit) throw inlineTooLong(limit, kind, holder.name)
  tx.put(inlinePolicies, { account: holder.account, holderId: holder.id, name, document })
}
