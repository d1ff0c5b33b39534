import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { parseArn } from "../../registry/arn.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { keyArn, keyOf } from "../kms/port.ts"
import { rotationOf } from "./rotation/rotation.ts"
import { arnOf, arnStem, lookUp, type Secret } from "./secret/secret.ts"
import { assertKeys } from "./secret/tags.ts"

type Keys = Readonly<Record<string, string | readonly string[]>>
type MaybeKeys = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

interface Named extends Tagged {
  readonly SecretId: string
}

interface Tagged {
  readonly Tags?: Parameters<typeof assertKeys>[0]
}

/** Asks for the operation's action on the secret of `SecretId`. */
export const onSecret =
  <Input extends Named>(keysOf: (input: Input, tx: ReadTx, call: Call) => MaybeKeys = () => ({})) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => {
    const secret = lookUp(tx, input.SecretId, call)
    const keys = { ...requestedTags(input), ...prefixed(keysOf(input, tx, call)) }
    if (secret) return accessTo(tx, secret, { operation: call.operation, keys })
    const arn = input.SecretId.startsWith("arn:")
      ? input.SecretId
      : arnStem({ ...call, name: input.SecretId })
    return {
      ...{ action: `secretsmanager:${call.operation}`, resource: arn },
      owner: parseArn(arn)?.account ?? call.account,
      context: { "secretsmanager:SecretId": arn, ...keys },
    }
  }

function accessTo(
  tx: ReadTx,
  secret: Secret,
  { operation, keys = {} }: { readonly operation: string; readonly keys?: Keys },
): AccessRequest {
  const arn = arnOf(secret)
  const { lambdaArn } = rotationOf(tx, secret) ?? {}
  return {
    ...{ action: `secretsmanager:${operation}`, resource: arn, owner: secret.account },
    policy: secret.policy,
    context: {
      "secretsmanager:SecretId": arn,
      ...(lambdaArn !== undefined && {
        "secretsmanager:resource/AllowRotationLambdaArn": lambdaArn,
      }),
      ...(secret.primaryRegion !== undefined && {
        "secretsmanager:SecretPrimaryRegion": secret.primaryRegion,
      }),
      ...resourceTagKeys(secret.tags, "secretsmanager:ResourceTag"),
      ...keys,
    },
  }
}

/** For no secret in particular. */
export const onAccount = (_tx: ReadTx, _input: object, call: Call): AccessRequest => ({
  ...{ action: `secretsmanager:${call.operation}`, resource: "*", owner: call.account },
})

/** The secret that is to be made. */
export function onNewSecret(
  input: Tagged & { readonly Name: string },
  call: Call,
  keys: MaybeKeys,
): AccessRequest {
  return {
    action: `secretsmanager:${call.operation}`,
    resource: arnStem({ ...call, name: input.Name }),
    owner: call.account,
    context: { ...requestedTags(input), ...prefixed({ Name: input.Name, ...keys }) },
  }
}

/** The key of a request: as it is named, and its ARN where there is one of that name. */
export const kmsKeys = (tx: ReadTx, keyId: string | undefined, call: Call): MaybeKeys =>
  keyId ? { KmsKeyId: keyId, KmsKeyArn: arnOfKey(tx, keyId, call) } : {}

function arnOfKey(tx: ReadTx, keyId: string, call: Call): string | undefined {
  const arn = parseArn(keyId)
  if (arn?.resource.startsWith("key/")) return keyId
  // What another account or Region calls so is not known here.
  if (arn && (arn.account !== call.account || arn.region !== call.region)) return undefined
  const key = keyOf(tx, keyId, call)
  return key && keyArn(key)
}

/** The tags of a request. Throws InvalidParameterException for one without a key. */
function requestedTags(input: Tagged): Keys {
  assertKeys(input.Tags)
  return requestTagKeys(input)
}

/** The service's own condition keys, of those members that the request has. */
const prefixed = (keys: MaybeKeys): Keys =>
  Object.fromEntries(
    Object.entries(keys)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        `secretsmanager:${name}`,
        Array.isArray(value) ? (value as readonly string[]) : String(value),
      ]),
  )
