import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { kmsKeys, onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { noToken } from "../errors.ts"
import { changeReplicaKey } from "../replica/add.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { open, seal } from "../value/cipher.ts"
import { values, versions, versionsOf, type Version } from "../value/version.ts"
import { addVersion, plainOf, touch } from "../value/write.ts"
import { arnOf, assertPrimary, findLiving, isReplica, type Secret } from "./secret.ts"

type Input = In<"UpdateSecret">

export const UpdateSecret = op.write("UpdateSecret", {
  authorize: onSecret<Input>(({ Description, KmsKeyId, Type }, tx, call) => ({
    ...{ Description, Type },
    ...kmsKeys(tx, KmsKeyId, call),
  })),
  run(tx, input, call): Out<"UpdateSecret"> {
    const { ClientRequestToken: token } = input
    if (token === undefined) throw noToken("InvalidRequestException")
    if (input.Type !== undefined) throw notImplemented("managed external secrets (Type)")
    const plain = plainOf(input)
    const secret = findLiving(tx, input.SecretId, call)
    if (isReplica(secret)) return updateReplica(tx, call, { found: secret, input })
    const changed = touch(tx, secret, changesOf(input))
    if (changed.kmsKeyId !== secret.kmsKeyId) encryptAgain(tx, call, { secret, changed })
    if (plain) addVersion(tx, call, { secret: changed, token, plain })
    else copyToReplicas(tx, changed)
    return { ARN: arnOf(secret), Name: secret.name, ...(plain && { VersionId: token }) }
  },
})

/** Nothing but its key can be changed. */
function updateReplica(
  tx: WriteTx,
  call: Call,
  { found, input }: { readonly found: Secret; readonly input: Input },
): Out<"UpdateSecret"> {
  const { KmsKeyId, Description, SecretString, SecretBinary } = input
  const more = Description ?? SecretString ?? SecretBinary
  if (KmsKeyId === undefined || more !== undefined) assertPrimary(found)
  changeReplicaKey(tx, call, { secret: found, kmsKeyId: KmsKeyId || undefined })
  return { ARN: arnOf(found), Name: found.name }
}

/** An empty text takes away what was there. */
const changesOf = ({ Description, KmsKeyId }: Input): Partial<Secret> => ({
  ...(Description !== undefined && { description: Description || undefined }),
  ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId || undefined }),
})

/**
 * "Secrets Manager attempts to re-encrypt … versions with the staging labels AWSCURRENT, AWSPENDING,
 * or AWSPREVIOUS"; what the caller may not encrypt anew stays as it is.
 */
function encryptAgain(
  tx: WriteTx,
  call: Call,
  { secret, changed }: { readonly secret: Secret; readonly changed: Secret },
): void {
  for (const version of versionsOf(tx, secret)) {
    if (!version.stages.some((label) => label.startsWith("AWS"))) continue
    try {
      encryptVersion(tx, call, { secret, changed, version })
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "AccessDenied") throw error
    }
  }
}

function encryptVersion(
  tx: WriteTx,
  call: Call,
  { secret, changed, version }: { secret: Secret; changed: Secret; version: Version },
): void {
  const plain = open(tx, call, { secret, version })
  if (!plain) return
  const { value, kmsKey } = seal(tx, call, { secret: changed, version: version.id, plain })
  tx.put(values, { secretId: version.secretId, id: version.id, ...value })
  tx.replace(versions, version, { ...version, kmsKey })
}
