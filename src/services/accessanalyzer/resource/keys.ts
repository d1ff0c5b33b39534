import type { ReadTx } from "../../../kernel/transaction.ts"
import { shownPrincipal } from "../../iam/port.ts"
import { keyGrants, type Key, type KeyGrant } from "../../kms/port.ts"
import { BY_POLICY, type Opening } from "./share.ts"

/** Grants of a key that are looked at: services make one for each thing that they keep. */
const GRANTS = 1_000

/** "analyzes the key policies and grants applied to a key"; those to AWS's services are trusted. */
export function grantsOfKey(tx: ReadTx, { account, region, id }: Key): readonly Opening[] {
  const { rows } = tx.scan(keyGrants, { prefix: [account, region, id], limit: GRANTS })
  return grantOpenings(
    rows.map((grant) => ({ ...grant, grantee: shownPrincipal(tx, grant.grantee) })),
  )
}

type Granted = Pick<KeyGrant, "grantee" | "operations" | "equals" | "subset">

/** What grants give to people, and to AWS's services nothing that is told. */
export function grantOpenings(grants: readonly Granted[]): readonly Opening[] {
  const Statement = grants.filter(({ grantee }) => grantee.startsWith("arn:")).map(statementOf)
  if (Statement.length === 0) return []
  return [{ via: BY_POLICY, policy: JSON.stringify({ Version: "2012-10-17", Statement }) }]
}

function statementOf({ grantee, operations, equals, subset }: Granted): object {
  const context = Object.entries({ ...equals, ...subset })
  const keys = context.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])
  return {
    ...{ Effect: "Allow", Principal: { AWS: grantee }, Resource: "*" },
    Action: operations.map((operation) => `kms:${operation}`),
    ...(keys.length > 0 && { Condition: { StringEquals: Object.fromEntries(keys) as object } }),
  }
}
