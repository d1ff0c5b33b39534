import { hash } from "node:crypto"
import { principalArn } from "../../../../iam/principal.ts"
import type { ActionContext } from "../../../../kernel/action.ts"
import { OutsideError, type OutsideDocument } from "../../../../kernel/outside.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { openSecret } from "../cluster.ts"
import type { KeyStore } from "../key-store.ts"
import { XksFailure, type XksReason } from "./failure.ts"
import { signedHeaders, type Signer } from "./signature.ts"

/** "If KMS does not receive a response … within 250ms, KMS will time out". */
const LIMIT_MS = 250
/** More than any answer: 4,300 bytes of ciphertext in base64, and names. */
const LIMIT_BYTES = 64 * 1024

/** A proxy and how to speak with it. */
export interface Proxy extends Signer {
  /** `https://…/kms/xks/v1` */
  readonly url: string
}

export function proxyOfStore(tx: ReadTx, { id, region, proxy }: KeyStore): Proxy {
  if (!proxy) throw new Error(`${id} has no proxy`)
  const { endpoint, path, accessKeyId } = proxy
  return { url: endpoint + path, accessKeyId, region, secret: openSecret(tx, id, proxy.secret) }
}

/** On whose behalf KMS asks: what a proxy decides and writes down by. */
export type Asker = Pick<Call, "operation" | "requestId"> &
  Partial<Pick<Call, "principal" | "partition" | "via">>

interface Question {
  /** Behind the proxy's own path: `/health`. */
  readonly path: string
  readonly asker: Asker
  readonly keyArn?: string | undefined
  readonly fields?: object | undefined
}

type Answer = Readonly<Record<string, unknown>>

/** Asks a proxy. Throws XksFailure. */
async function ask(ctx: ActionContext, proxy: Proxy, question: Question): Promise<Answer> {
  const { path, asker, keyArn, fields } = question
  const url = new URL(proxy.url + path)
  const body = Buffer.from(
    JSON.stringify({ requestMetadata: metadataOf(asker, keyArn), ...fields }),
  )
  const unsigned = { host: url.host, path: url.pathname, body, timeMs: ctx.outside.now() }
  const headers = signedHeaders(unsigned, proxy)
  const document = await ctx.outside
    .post(url.href, { body, headers, limitBytes: LIMIT_BYTES, limitMs: LIMIT_MS })
    .catch((error: unknown) => {
      throw failureOf(error)
    })
  return answerOf(document)
}

/** Appendix B, "RequestMetadata fields". */
function metadataOf({ operation, requestId, principal, partition, via }: Asker, keyArn?: string) {
  const service = via?.at(-1)?.replace(/\.amazonaws\.com.*$/, "")
  return {
    ...(principal && { awsPrincipalArn: principalArn(principal, partition ?? "aws") }),
    ...(keyArn !== undefined && { kmsKeyArn: keyArn }),
    ...{ kmsOperation: operation, kmsRequestId: requestId },
    ...(service !== undefined && { kmsViaService: service }),
  }
}

const REASONS = { late: "TimedOut", certificate: "Certificate" } as const

function failureOf(error: unknown): unknown {
  if (!(error instanceof OutsideError)) return error
  const { reason, message } = error
  return new XksFailure(
    reason === "late" || reason === "certificate" ? REASONS[reason] : "Unreachable",
    message,
  )
}

const NAMED: readonly XksReason[] = [
  ...(["ValidationException", "InvalidStateException", "InvalidCiphertextException"] as const),
  ...(["InvalidKeyUsageException", "AuthenticationFailedException"] as const),
  ...(["AccessDeniedException", "KeyNotFoundException", "InvalidUriPathException"] as const),
  ...(["ThrottlingException", "UnsupportedOperationException"] as const),
  ...(["DependencyTimeoutException", "InternalException"] as const),
]

function answerOf({ status, body }: OutsideDocument): Answer {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw new XksFailure("InvalidResponse")
  }
  if (typeof answer !== "object" || answer === null) throw new XksFailure("InvalidResponse")
  if (status === 200) return answer as Answer
  const { errorName } = answer as Answer
  throw new XksFailure(NAMED.find((name) => name === errorName) ?? "InvalidResponse")
}

const keyPath = (xksKeyId: string, verb: string): string => `/keys/${xksKeyId}/${verb}`

/** Whether at least one key manager behind the proxy serves. */
export async function assertHealthy(
  ctx: ActionContext,
  proxy: Proxy,
  { operation, requestId }: Asker,
): Promise<void> {
  const asker = { operation, requestId }
  const { ekmFleetDetails: fleet } = await ask(ctx, proxy, { path: "/health", asker })
  if (!Array.isArray(fleet) || fleet.length === 0) throw new XksFailure("InvalidResponse")
  const states = (fleet as Answer[]).map(({ healthStatus }) => healthStatus)
  if (states.every((state) => state === "UNAVAILABLE"))
    throw new XksFailure("Unreachable", "All external key manager instances are unavailable.")
}

/** Whether the external key is one that a KMS key can be made with. */
export async function isSuitable(
  ctx: ActionContext,
  proxy: Proxy,
  { asker, xksKeyId }: { readonly asker: Asker; readonly xksKeyId: string },
): Promise<boolean> {
  const answer = await ask(ctx, proxy, { path: keyPath(xksKeyId, "metadata"), asker })
  const { keySpec, keyUsage, keyStatus } = answer
  if (!Array.isArray(keyUsage)) throw new XksFailure("InvalidResponse")
  const usages = keyUsage as unknown[]
  const both = usages.includes("ENCRYPT") && usages.includes("DECRYPT")
  return keySpec === "AES_256" && keyStatus === "ENABLED" && both
}

/** A key of a key manager, for one use of it. */
export interface KeyUse {
  readonly asker: Asker
  readonly keyArn: string
  readonly xksKeyId: string
  /** Authenticated with the rest; at most 8,192 bytes. */
  readonly aad: Uint8Array
}

/** What a key manager makes of a text. */
export interface ExternalText {
  readonly ciphertext: Buffer
  readonly metadata: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
}

const TAG_BYTES = 16
const METADATA_BYTES = 20

/** Throws XksFailure. */
export async function encryptExternal(
  ctx: ActionContext,
  proxy: Proxy,
  { asker, keyArn, xksKeyId, aad, plain }: KeyUse & { readonly plain: Uint8Array },
): Promise<ExternalText> {
  const answer = await ask(ctx, proxy, {
    ...{ path: keyPath(xksKeyId, "encrypt"), asker, keyArn },
    fields: {
      additionalAuthenticatedData: base64(aad),
      plaintext: base64(plain),
      encryptionAlgorithm: "AES_GCM",
      ciphertextDataIntegrityValueAlgorithm: "SHA_256",
    },
  })
  const text: ExternalText = {
    ciphertext: bytesOf(answer["ciphertext"]),
    metadata: bytesOf(answer["ciphertextMetadata"] ?? ""),
    iv: bytesOf(answer["initializationVector"]),
    tag: bytesOf(answer["authenticationTag"]),
  }
  const { ciphertext, metadata, iv, tag } = text
  const isWhole =
    ciphertext.length === plain.length &&
    tag.length === TAG_BYTES &&
    (iv.length === 12 || iv.length === 16) &&
    metadata.length <= METADATA_BYTES
  // Appendix C, "Ciphertext Data Integrity Value".
  const integrity = hash("sha256", Buffer.concat([aad, metadata, iv, ciphertext, tag]), "base64")
  if (!isWhole || answer["ciphertextDataIntegrityValue"] !== integrity)
    throw new XksFailure("InvalidResponse")
  return text
}

/** Throws XksFailure. */
export async function decryptExternal(
  ctx: ActionContext,
  proxy: Proxy,
  { asker, keyArn, xksKeyId, aad, text }: KeyUse & { readonly text: ExternalText },
): Promise<Buffer> {
  const { ciphertext, metadata, iv, tag } = text
  const answer = await ask(ctx, proxy, {
    ...{ path: keyPath(xksKeyId, "decrypt"), asker, keyArn },
    fields: {
      additionalAuthenticatedData: base64(aad),
      ciphertext: base64(ciphertext),
      ...(metadata.length > 0 && { ciphertextMetadata: base64(metadata) }),
      encryptionAlgorithm: "AES_GCM",
      ...{ initializationVector: base64(iv), authenticationTag: base64(tag) },
    },
  })
  const plain = bytesOf(answer["plaintext"])
  if (plain.length !== ciphertext.length) throw new XksFailure("InvalidResponse")
  return plain
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

function bytesOf(value: unknown): Buffer {
  if (typeof value !== "string") throw new XksFailure("InvalidResponse")
  return Buffer.from(value, "base64")
}
