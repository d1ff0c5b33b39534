import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { kmsKeys, onNewSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { nameOfDeleted, nameTaken, noToken, tokenTaken } from "../errors.ts"
import { addReplicas } from "../replica/add.ts"
import { replicationStatus } from "../replica/replica.ts"
import { open } from "../value/cipher.ts"
import { versions } from "../value/version.ts"
import { addVersion, plainOf, samePlain } from "../value/write.ts"
import { arnOf, assertName, secrets, type Secret } from "./secret.ts"
import { withTags } from "./tags.ts"

type Input = In<"CreateSecret">

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

export const CreateSecret = op.write("CreateSecret", {
  authorize(tx, input, call) {
    const regions = input.AddReplicaRegions?.map(({ Region = "" }) => Region)
    const create = onNewSecret(input, call, {
      ...{ Description: input.Description, Type: input.Type },
      ...kmsKeys(tx, input.KmsKeyId, call),
      ...{ AddReplicaRegions: regions },
      ForceOverwriteReplicaSecret: input.ForceOverwriteReplicaSecret,
    })
    const asked = [create]
    if (input.Tags?.length) asked.push({ ...create, action: "secretsmanager:TagResource" })
    if (regions) {
      const context = { ...create.context, "secretsmanager:SecretId": create.resource }
      asked.push({ ...create, action: "secretsmanager:ReplicateSecretToRegions", context })
    }
    return asked
  },
  run(tx, input, call): Out<"CreateSecret"> {
    const { Name: name, ClientRequestToken: token } = input
    assertName(name)
    if (token === undefined) throw noToken("InvalidRequestException")
    if (input.Type !== undefined) throw notImplemented("managed external secrets (Type)")
    const plain = plainOf(input)
    const known = tx.get(secrets, [call.account, call.region, name])
    if (known) return again(tx, call, { known, input })
    const secret = newSecret(tx, { input, token }, call)
    tx.insert(secrets, secret)
    if (plain) addVersion(tx, call, { secret, token, plain })
    const regions = input.AddReplicaRegions
    const force = input.ForceOverwriteReplicaSecret
    const main = regions ? addReplicas(tx, call, { secret, regions, force }) : secret
    return {
      ...{ ARN: arnOf(secret), Name: name },
      ...(plain && { VersionId: token }),
      ...(regions && { ReplicationStatus: replicationStatus(tx, main) }),
    }
  },
})

function newSecret(
  tx: WriteTx,
  { input, token }: { readonly input: Input; readonly token: string },
  { account, region }: Call,
): Secret {
  const tags = withTags(undefined, input.Tags ?? [])
  return {
    ...{ account, region, name: input.Name, id: tx.serial(), token },
    suffix: tx.random("secretsmanager/suffix").string(6, LETTERS),
    // Recorded of CloudFormation: an empty description is none.
    description: input.Description || undefined,
    kmsKeyId: input.KmsKeyId || undefined,
    ...(input.Tags && { tags }),
    ...{ createdMs: tx.now, changedMs: tx.now },
  }
}

/** The same call again gives the same answer; everything else finds the name taken (recorded). */
function again(
  tx: WriteTx,
  call: Call,
  { known, input }: { readonly known: Secret; readonly input: Input },
): Out<"CreateSecret"> {
  if (known.deleted) throw nameOfDeleted()
  const token = input.ClientRequestToken ?? ""
  const plain = plainOf(input)
  const answer = { ARN: arnOf(known), Name: known.name }
  const version = tx.get(versions, [known.id, token])
  if (!version) {
    if (known.token === token && !plain) return answer
    throw nameTaken(known.name)
  }
  const there = open(tx, call, { secret: known, version })
  if (!plain || !there || !samePlain(plain, there)) throw tokenTaken(token, arnOf(known))
  return { ...answer, VersionId: token }
}
