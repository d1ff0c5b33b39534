import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { newAccessKeyId, newSecret } from "../../../../iam/access-key-id.ts"
import { unchecked } from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import { bucketOfAnyKind, type Bucket } from "../bucket.ts"
import { kmsDataKey, objectContext, openKmsKey, kmsEncryption } from "../../bytes/kms-key.ts"
import { op, type In, type Out } from "../../define.ts"
import { accessDenied, invalidArgument } from "../../errors.ts"
import { assertUp, findDirectory, findPlace, placeRequests, sessionOf } from "./access.ts"
import { assertDefaultEncryption } from "./encryption.ts"
import { keepSession, type SessionMode } from "./session.ts"

type Input = In<"CreateSession">

/** "Temporary security credentials … expire after 5 minutes". */
const LIFE_MS = 300_000
const TOKEN_LENGTH = 380
const TOKEN_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

const NO_BUCKET_YET = unchecked("there is no bucket of the name yet: the session opens nothing")

export const CreateSession = op.write("CreateSession", {
  authorize(tx, input, call) {
    if (isForCreation(tx, input, call)) return NO_BUCKET_YET
    const place = findPlace(tx, input, call)
    assertUp(tx, place.bucket)
    // There is no network yet from which such a request could come.
    if (sessionOf(tx, call) || place.point?.vpcId !== undefined) throw accessDenied()
    const mode = modeOf(tx, input, call)
    return placeRequests(place, mode, { call, keys: encryptionKeys(input) })
  },
  run(tx, input, call): Out<"CreateSession"> {
    if (isForCreation(tx, input, call)) return { Credentials: newCredentials(tx, { input, call }) }
    const bucket = findDirectory(tx, input, call)
    const mode = modeOf(tx, input, call)
    assertDefaultEncryption(bucket, input)
    const Credentials = newCredentials(tx, { input, call, bucket, mode })
    const { algorithm = "AES256", keyId } = bucket.config.encryption ?? {}
    if (algorithm === "AES256") return { Credentials, ServerSideEncryption: "AES256" }
    const SSEKMSKeyId = tryKey(tx, bucket, { keyId, mode, call })
    return { Credentials, ServerSideEncryption: "aws:kms", SSEKMSKeyId, BucketKeyEnabled: true }
  },
})

/**
 * With an endpoint of its own, every SDK asks for a session before it asks for the bucket itself: on
 * AWS the two have different addresses. So at our address a name that no bucket has gets a session
 * that opens nothing: what is asked with it is asked of its maker's rights.
 */
const isForCreation = (tx: ReadTx, { Bucket: name }: Input, call: Call): boolean =>
  name.endsWith("--x-s3") &&
  !call.endpoint.includes(".s3express-") &&
  bucketOfAnyKind(tx, call.partition, name) === undefined

/**
 * "If no session mode is specified, the session will be created with the maximum allowable privilege,
 * attempting ReadWrite first, then ReadOnly if ReadWrite is not permitted."
 */
function modeOf(tx: ReadTx, { Bucket, SessionMode: mode }: Input, call: Call): SessionMode {
  if (mode === "ReadOnly" || mode === "ReadWrite") return mode
  if (mode !== undefined)
    throw invalidArgument("The session mode is not valid.", "x-amz-create-session-mode", mode)
  const input = { Bucket, SessionMode: "ReadWrite" }
  const refused = call.refusal(tx, { service: "s3", operation: "CreateSession", input })
  return refused ? "ReadOnly" : "ReadWrite"
}

function encryptionKeys(input: Input): Record<string, string> {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: key } = input
  return {
    ...(algorithm !== undefined && { "s3express:x-amz-server-side-encryption": algorithm }),
    ...(key !== undefined && { "s3express:x-amz-server-side-encryption-aws-kms-key-id": key }),
  }
}

interface Asked {
  readonly input: Input
  readonly call: Call
  readonly bucket?: Bucket
  readonly mode?: SessionMode
}

function newCredentials(tx: WriteTx, { input, call, bucket, mode = "ReadWrite" }: Asked) {
  const random = tx.random("s3/zonal-session")
  const session = {
    accessKeyId: newAccessKeyId("ASIA", call.account, random),
    secret: newSecret(random),
    sessionToken: random.string(TOKEN_LENGTH, TOKEN_ALPHABET),
    // Answers tell whole seconds.
    expiresAt: Math.floor((tx.now + LIFE_MS) / 1000) * 1000,
    principal: call.principal,
    ...{ name: input.Bucket, bucket: bucket?.id, mode },
  }
  keepSession(tx, session)
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secret,
    SessionToken: session.sessionToken,
    Expiration: session.expiresAt,
  }
}

/**
 * "… you must also have the kms:GenerateDataKey and the kms:Decrypt permissions": asked with the
 * session, of a key that is thrown away. Gives the key's ARN.
 */
function tryKey(
  tx: WriteTx,
  bucket: Bucket,
  { keyId, mode, call }: { readonly keyId: string | undefined; mode: SessionMode; call: Call },
): string {
  const context = objectContext(bucket, "", true)
  const made = kmsDataKey(tx, bucket, { keyId, context, call })
  if (mode === "ReadWrite")
    openKmsKey(tx, kmsEncryption("aws:kms", made, { context, bucketKey: true }), call)
  return made.keyArn
}
