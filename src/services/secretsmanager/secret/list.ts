import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onAccount } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { PAGE, SECRETS, STRIDE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { labelled } from "../value/version.ts"
import { described } from "./describe.ts"
import { matches } from "./filter.ts"
import { secrets, type Secret } from "./secret.ts"

export const ListSecrets = op.read("ListSecrets", {
  authorize: onAccount,
  run(tx, input, call): Out<"ListSecrets"> {
    const found = ownSecrets(tx, call).filter(
      (secret) =>
        (!secret.deleted || input.IncludePlannedDeletion === true) &&
        matches(secret, input.Filters ?? []),
    )
    const { items, more } = pageOf(sorted(found, input), input, PAGE)
    return {
      SecretList: items.map((secret) => {
        const SecretVersionsToStages = labelled(tx, secret)
        return {
          ...described(tx, secret),
          ...(SecretVersionsToStages && { SecretVersionsToStages }),
        }
      }),
      ...more,
    }
  },
})

/** The secrets of an account in a Region, in order of creation. */
export function ownSecrets(
  tx: ReadTx,
  { account, region }: Pick<Call, "account" | "region">,
): readonly Secret[] {
  const all: Secret[] = []
  let after: string | undefined
  while (all.length < SECRETS) {
    const page = tx.scan(secrets, { prefix: [account, region], after, limit: STRIDE })
    all.push(...page.rows)
    after = page.next
    if (after === undefined) break
  }
  return all.toSorted((a, b) => a.createdMs - b.createdMs || a.id - b.id)
}

type Order = Pick<In<"ListSecrets">, "SortBy" | "SortOrder">

function sorted(all: readonly Secret[], { SortBy, SortOrder }: Order): readonly Secret[] {
  const ordered = SortBy === undefined ? all : all.toSorted(comparison(SortBy))
  return SortOrder === "desc" ? ordered.toReversed() : ordered
}

const comparison =
  (by: string) =>
  (a: Secret, b: Secret): number => {
    if (by === "name") return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
    return timeOf(a, by) - timeOf(b, by)
  }

const timeOf = (secret: Secret, by: string): number =>
  by === "last-accessed-date"
    ? (secret.accessedMs ?? 0)
    : by === "last-changed-date"
      ? secret.changedMs
      : secret.createdMs
