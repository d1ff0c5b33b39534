import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPrincipal, shownPrincipal } from "../../iam/port.ts"
import { op, type In, type Out } from "../define.ts"
import { dryRun, invalid, invalidArn, noSuchGrant } from "../errors.ts"
import { accessTo, accessToKey } from "../key/access.ts"
import { findNamedKey, foundKey } from "../key/find.ts"
import { count } from "../key/counts.ts"
import { keyArn, keys } from "../key/key.ts"
import { pageOfRows } from "../key/list.ts"
import { CreateGrant } from "./create-grant.ts"
import { grantName, grants, namesOf, type Grant } from "./grant.ts"
import { readGrantToken } from "./token.ts"

const isForResource = ({ via }: Call) => ({
  "kms:GrantIsForAWSResource": String((via?.length ?? 0) > 0),
})

export const ListGrants = op.read("ListGrants", {
  authorize: (tx, input, call) =>
    accessToKey(tx, call, findNamedKey(tx, input.KeyId, call), { keys: isForResource(call) }),
  run(tx, input, call): Out<"ListGrants"> {
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    const prefix = [key.account, key.region, key.id]
    const { GrantId: id, GranteePrincipal: asked } = input
    const grantee = asked && keptAs(tx, asked, { index: "byGrantee", prefix })
    if (id !== undefined) {
      const grant = tx.get(grants, [...prefix, id])
      if (!grant) throw noSuchGrant(id)
      const told = grantee === undefined || grantee === grant.grantee
      return { Grants: told ? [grantEntry(tx, grant)] : [], Truncated: false }
    }
    const range =
      grantee === undefined ? { prefix } : { index: "byGrantee", prefix: [...prefix, grantee] }
    const { items, more } = pageOfRows(tx, grants, { ...range, input })
    return { Grants: items.map((grant) => grantEntry(tx, grant)), ...more }
  },
})

/** "You must specify a principal in your AWS account"; keys of others are told too. */
export const ListRetirableGrants = op.read("ListRetirableGrants", {
  authorize: (_tx, _input, call) => ({ ...accessTo(call), context: {} }),
  run(tx, input, { account, region }): Out<"ListRetirableGrants"> {
    const { RetiringPrincipal: principal } = input
    if (!principal.includes(`::${account}:`)) throw invalidArn(principal)
    const index = "byRetiring"
    const prefix = [region, keptAs(tx, principal, { index, prefix: [region] })]
    const { items, more } = pageOfRows(tx, grants, { index, prefix, input })
    return { Grants: items.map((grant) => grantEntry(tx, grant)), ...more }
  },
})

/** What grants of the index have in the place of an ARN: the unique id, if they are not older. */
function keptAs(
  tx: ReadTx,
  arn: string,
  { index, prefix }: { readonly index: string; readonly prefix: readonly string[] },
): string {
  const id = keptPrincipal(tx, arn)
  const has = (name: string) => tx.first(grants, { index, prefix: [...prefix, name] }) !== undefined
  return id === undefined || (!has(id) && has(arn)) ? arn : id
}

function grantEntry(tx: ReadTx, grant: Grant) {
  const { name, retiring, equals, subset } = grant
  return {
    KeyId: keyArn({ ...grant, id: grant.keyId }),
    GrantId: grant.id,
    Name: name ?? "",
    CreationDate: grant.createdMs,
    // Of who is gone the unique id, as users of AWS report.
    GranteePrincipal: shownPrincipal(tx, grant.grantee),
    ...(retiring !== undefined && { RetiringPrincipal: shownPrincipal(tx, retiring) }),
    IssuingAccount: grant.issuer,
    Operations: grant.operations,
    ...((equals || subset) && {
      Constraints: {
        ...(equals && { EncryptionContextEquals: equals }),
        ...(subset && { EncryptionContextSubset: subset }),
      },
    }),
  }
}

export const RevokeGrant = op.write("RevokeGrant", {
  authorize: (tx, input, call) =>
    accessToKey(tx, call, findNamedKey(tx, input.KeyId, call), { keys: isForResource(call) }),
  run(tx, { KeyId, GrantId, DryRun }, call): Out<"RevokeGrant"> {
    const { key } = foundKey(findNamedKey(tx, KeyId, call))
    const grant = tx.get(grants, [key.account, key.region, key.id, GrantId])
    if (!grant) throw noSuchGrant(GrantId)
    if (DryRun) throw dryRun()
    tx.remove(grants, grant)
    count(tx, { ...grant, id: grant.keyId }, { grants: -1 })
    return {}
  },
})

/** The grant by its token, or by key and id. */
function grantToRetire(tx: ReadTx, input: In<"RetireGrant">, call: Call): Grant {
  const { GrantToken: token, KeyId, GrantId } = input
  if (token !== undefined) {
    const { account, region, keyId, id } = readGrantToken(tx, token)
    const grant = tx.get(grants, [account, region, keyId, id])
    if (!grant || region !== call.region) throw noSuchGrant(id)
    return grant
  }
  // Not verified: the words.
  if (KeyId === undefined || GrantId === undefined)
    throw invalid("Specify either a grant token, or a key and the id of its grant.")
  const found = findNamedKey(tx, KeyId, call)
  if ("foreign" in found) throw noSuchGrant(GrantId)
  const { account, region, id } = found.key
  const grant = tx.get(grants, [account, region, id, GrantId])
  if (!grant) throw noSuchGrant(GrantId)
  return grant
}

export const RetireGrant = op.write("RetireGrant", {
  authorize(tx, input, call) {
    const grant = grantToRetire(tx, input, call)
    const key = tx.get(keys, [grant.account, grant.region, grant.keyId])
    if (!key) throw noSuchGrant(grant.id)
    const asked = accessToKey(
      tx,
      call,
      { key },
      {
        encryptionContext: grant.equals ?? grant.subset,
        keys: { "kms:GrantConstraintType": constraintOf(grant) },
      },
    )
    const grantee = retirer(grant, call)
    return grantee === undefined ? asked : { ...asked, grant: { name: grantName(grant), grantee } }
  },
  run(tx, input, call): Out<"RetireGrant"> {
    const grant = grantToRetire(tx, input, call)
    if (input.DryRun) throw dryRun()
    tx.remove(grants, grant)
    count(tx, { ...grant, id: grant.keyId }, { grants: -1 })
    return {}
  },
})

const constraintOf = ({ equals, subset }: Grant): string | undefined =>
  equals ? "EncryptionContextEquals" : subset && "EncryptionContextSubset"

/** The retiring principal, and the grantee where the grant says so ("Retiring and revoking grants"). */
function retirer({ retiring, grantee, operations }: Grant, call: Call): string | undefined {
  const names = namesOf(call)
  if (retiring !== undefined && names.includes(retiring)) return retiring
  return operations.includes("RetireGrant") && names.includes(grantee) ? grantee : undefined
}

export const grantOperations = {
  ...{ CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant, RetireGrant },
}
