import { partitionOf } from "../../../kernel/places.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPrincipal } from "../../iam/port.ts"
import { op, type In, type Out } from "../define.ts"
import { dryRun, invalid, limitExceeded } from "../errors.ts"
import { accessToKey } from "../key/access.ts"
import { findNamedKey, foundKey, type FoundKey } from "../key/find.ts"
import { count, countsOf } from "../key/counts.ts"
import type { Key } from "../key/key.ts"
import { SPECS } from "../key/spec.ts"
import { assertState, type KeyState } from "../key/state.ts"
import { QUOTAS } from "../limits.ts"
import { findGrant, grantName, grants, isSubset, type Grant } from "./grant.ts"
import { assertGrantTokens, grantToken } from "./token.ts"

type Input = In<"CreateGrant">

const IAM_PRINCIPAL =
  /^arn:[a-z-]+:(?:iam::\d{12}:(?:root|user\/.+|role\/.+)|sts::\d{12}:(?:assumed-role|federated-user)\/.+)$/
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/

export const CreateGrant = op.write("CreateGrant", {
  authorize(tx, input, call) {
    const found = findNamedKey(tx, input.KeyId, call)
    const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } =
      input.Constraints ?? {}
    const keys = keysOf(input, call)
    const asked = accessToKey(tx, call, found, { keys, encryptionContext: equals ?? subset })
    const passedOn = "key" in found ? passedOnBy(tx, found, { input, call }) : undefined
    return passedOn ? { ...asked, grant: passedOn } : withoutGrant(asked)
  },
  run(tx, input, call): Out<"CreateGrant"> {
    assertGrantTokens(tx, input.GrantTokens)
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    const states: readonly KeyState[] = ["Enabled", "Unavailable"]
    assertState(tx, key, states)
    const principals = readPrincipals(tx, input)
    assertOperations(key, input.Operations)
    const wanted = { ...grantOf(key, input, call), ...principals }
    const same = input.Name === undefined ? undefined : sameGrant(tx, wanted)
    if (!same) assertRoom(tx, key)
    if (input.DryRun) throw dryRun()
    const grant = same ?? { ...wanted, id: tx.random("kms/grant-id").hex(64), createdMs: tx.now }
    if (!same) {
      tx.insert(grants, grant)
      count(tx, key, { grants: 1 })
    }
    return { GrantId: grant.id, GrantToken: grantToken(tx, grant) }
  },
})

type Access = ReturnType<typeof accessToKey>

const withoutGrant = ({ grant: _grant, ...asked }: Access): Access => asked

function keysOf(input: Input, { via, region }: Call) {
  const { Constraints, GranteePrincipal: grantee, RetiringPrincipal: retiring } = input
  const types = [
    ...(Constraints?.EncryptionContextEquals ? ["EncryptionContextEquals"] : []),
    ...(Constraints?.EncryptionContextSubset ? ["EncryptionContextSubset"] : []),
  ]
  const forService = grantee.endsWith(partitionOf(region).dnsSuffix)
  return {
    "kms:GrantOperations": input.Operations,
    "kms:GranteePrincipal": grantee,
    ...(forService && { "kms:GranteeServicePrincipal": grantee }),
    ...(retiring !== undefined && { "kms:RetiringPrincipal": retiring }),
    ...(types[0] !== undefined && { "kms:GrantConstraintType": types[0] }),
    "kms:GrantIsForAWSResource": String((via?.length ?? 0) > 0),
  }
}

/**
 * A grant that gives CreateGrant lets its grantee pass on what it gives, and no more: "the same
 * operations or fewer", under constraints that are equal or stricter.
 */
function passedOnBy(tx: ReadTx, { key }: FoundKey, { input, call }: { input: Input; call: Call }) {
  const { principal, partition } = call
  const parent = findGrant(tx, key, {
    ...{ principal, partition, operation: "CreateGrant", context: undefined },
    also: (grant) => covers(grant, input),
  })
  return parent && { name: grantName(parent), grantee: parent.grantee }
}

function covers(
  { operations, equals, subset }: Grant,
  { Operations, Constraints }: Input,
): boolean {
  if (!Operations.every((one) => operations.includes(one))) return false
  const child = Constraints?.EncryptionContextEquals
  if (equals && !(child && isSubset(equals, child, true))) return false
  return !subset || isSubset(subset, child ?? Constraints?.EncryptionContextSubset)
}

type Principals = Pick<Grant, "grantee" | "retiring">

/** Whom the grant names, as it is kept: users and roles by their unique ids. */
const readPrincipals = (
  tx: ReadTx,
  { GranteePrincipal: grantee, RetiringPrincipal: retiring }: Input,
): Principals => ({
  grantee: readPrincipal(tx, grantee),
  retiring: retiring === undefined ? undefined : readPrincipal(tx, retiring),
})

/** As users quote it, of principals that are not there too. */
function readPrincipal(tx: ReadTx, name: string): string {
  const isPrincipal = IAM_PRINCIPAL.test(name) || SERVICE.test(name)
  const kept = isPrincipal ? keptPrincipal(tx, name) : undefined
  if (kept === undefined)
    throw op.error("InvalidArnException", `ARN does not refer to a valid principal: ${name}`)
  return kept
}

const ALWAYS = ["CreateGrant", "RetireGrant", "DescribeKey"]
const OPERATIONS: Readonly<Record<Key["usage"], readonly string[]>> = {
  ENCRYPT_DECRYPT: ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"],
  SIGN_VERIFY: ["Sign", "Verify", "GetPublicKey"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
  KEY_AGREEMENT: ["DeriveSharedSecret", "GetPublicKey"],
}

/** "You cannot create a grant for an operation that the KMS key does not support". */
function assertOperations({ usage, spec }: Key, wanted: readonly string[]): void {
  const known = [
    ...[...ALWAYS, ...OPERATIONS[usage]],
    ...(SPECS[spec].family === "rsa" ? ["GetPublicKey"] : []),
    ...(spec === "SYMMETRIC_DEFAULT" ? DATA_KEYS : []),
  ]
  const other = wanted.find((one) => !known.includes(one))
  // Not verified: the words.
  if (other !== undefined)
    throw invalid(`The operation ${other} is not valid for a grant on a key of spec ${spec}.`)
}

const DATA_KEYS = [
  ...["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
  ...["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"],
]

type Unmade = Omit<Grant, "id" | "createdMs">

function grantOf(key: Key, input: Input, call: Call): Omit<Unmade, keyof Principals> {
  const { account, region, id: keyId } = key
  return {
    ...{ account, region, keyId, name: input.Name },
    issuer: `arn:${call.partition}:iam::${call.account}:root`,
    operations: [...new Set(input.Operations)],
    equals: input.Constraints?.EncryptionContextEquals,
    subset: input.Constraints?.EncryptionContextSubset,
  }
}

/** "When this value is present, you can retry this request with identical parameters". */
function sameGrant(tx: ReadTx, wanted: Unmade): Grant | undefined {
  const { account, region, keyId, grantee } = wanted
  const prefix = [account, region, keyId, grantee]
  const { rows } = tx.scan(grants, { index: "byGrantee", prefix, limit: 1_000 })
  const text = JSON.stringify(wanted)
  return rows.find(
    ({ id: _id, createdMs: _at, ...rest }) => JSON.stringify({ ...wanted, ...rest }) === text,
  )
}

function assertRoom(tx: ReadTx, key: Key): void {
  const most = quota(tx, QUOTAS.grants, key)
  // Not verified: the words.
  if (countsOf(tx, key).grants >= most)
    throw limitExceeded("The KMS key has reached its limit of grants.")
}
