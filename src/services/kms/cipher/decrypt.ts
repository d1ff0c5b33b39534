import type { AccessRequest } from "../../../iam/access.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { incorrectKey, invalid, invalidCiphertext, unknownCiphertextKey } from "../errors.ts"
import { accessToKey } from "../key/access.ts"
import { findKey, type FoundKey, type ForeignArn } from "../key/find.ts"
import { keyArn, keys, type Key } from "../key/key.ts"
import { noteUsage } from "../key/last-usage.ts"
import type { EncryptionAlgorithm } from "../key/spec.ts"
import { parseBlob, type Blob } from "./blob.ts"
import type { EncryptionContext } from "./context.ts"
import { proxyOfKey, unwrapOutside } from "./external.ts"
import { decryptRsa } from "./rsa-cipher.ts"
import { decryptSymmetric } from "./symmetric.ts"
import {
  assertUse,
  assertWetRun,
  countRequest,
  encryptionAlgorithm,
  assertUseOf,
  type UseRequest,
} from "./use.ts"

/** What is to be decrypted, by Decrypt or ReEncrypt. */
export interface Sealed extends UseRequest {
  readonly blob: Uint8Array | undefined
  readonly keyId: string | undefined
  readonly algorithm: string | undefined
  readonly context: EncryptionContext | undefined
  /** A dry run without a ciphertext. */
  readonly ignoresBlob: boolean
}

export interface Opened {
  readonly key: Key
  readonly plain: Buffer
  readonly algorithm: EncryptionAlgorithm
  readonly materialId: string | undefined
}

/** The key that is named, or that the ciphertext names. */
function keyFor(tx: ReadTx, { blob, keyId, algorithm }: Sealed, call: Call): FoundKey | ForeignArn {
  if (keyId !== undefined) return findKey(tx, keyId, call)
  // Not verified: the words.
  if (algorithm !== undefined && algorithm !== "SYMMETRIC_DEFAULT")
    throw invalid("KeyId is required for an asymmetric encryption algorithm.")
  const parsed = blob && parseBlob(blob)
  if (!parsed) throw invalidCiphertext()
  const key = tx.get(keys, [parsed.account, call.region, parsed.keyId])
  if (!key) throw unknownCiphertextKey()
  return { key }
}

export function accessToOpen(
  tx: ReadTx,
  call: Call,
  asked: { sealed: Sealed; operation: string; keys?: Readonly<Record<string, string>> },
): AccessRequest {
  const { sealed, operation, keys: more } = asked
  return accessToKey(tx, call, keyFor(tx, sealed, call), {
    operation,
    encryptionContext: sealed.context,
    keys: { "kms:EncryptionAlgorithm": sealed.algorithm ?? "SYMMETRIC_DEFAULT", ...more },
  })
}

/** Opens a ciphertext, in the order of AWS's refusals: key, state, usage, algorithm, then itself. */
export const open = (tx: WriteTx, call: Call, sealed: Sealed): Opened =>
  openChecked(tx, check(tx, call, sealed), sealed)

/** Whether somebody outside has to be asked first. */
export function isSealedOutside(tx: ReadTx, call: Call, sealed: Sealed): boolean {
  const found = keyFor(tx, sealed, call)
  return "key" in found && found.key.xksKeyId !== undefined
}

/** As `open`, with the help of those outside whose key it takes. */
export async function openOutside(ctx: ActionContext, call: Call, sealed: Sealed): Promise<Opened> {
  const { context } = sealed
  const { proxy, ...checked } = await ctx.write((tx) => {
    const found = check(tx, call, sealed)
    return { ...found, proxy: proxyOfKey(tx, found.key) }
  })
  const { key, parsed: blob } = checked
  const parsed = blob && (await unwrapOutside(ctx, call, { key, proxy, context, blob }))
  return ctx.write((tx) => {
    if (proxy) noteUsage(tx, key, call)
    return openChecked(tx, { ...checked, parsed }, sealed)
  })
}

interface Checked {
  readonly key: Key
  readonly algorithm: EncryptionAlgorithm
  /** Of symmetric keys. */
  readonly parsed: Blob | undefined
}

function check(tx: WriteTx, call: Call, sealed: Sealed): Checked {
  const found = keyFor(tx, sealed, call)
  if ("foreign" in found) throw unknownCiphertextKey()
  // Recorded: a key that cannot decrypt is no key of this ciphertext.
  if (found.key.usage !== "ENCRYPT_DECRYPT") throw incorrectKey()
  const { operation } = call
  const key = assertUseOf(tx, found.key, { usage: "ENCRYPT_DECRYPT", operation })
  countRequest(tx, key, call)
  const algorithm = encryptionAlgorithm(key, sealed.algorithm)
  if (sealed.ignoresBlob) {
    assertWetRun(sealed)
    throw invalid("IGNORE_CIPHERTEXT can only be used with DryRun.")
  }
  const { blob } = sealed
  if (!blob) throw invalidCiphertext()
  if (algorithm !== "SYMMETRIC_DEFAULT") return { key, algorithm, parsed: undefined }
  const parsed = parseBlob(blob)
  if (!parsed) throw invalidCiphertext()
  if (parsed.account !== key.account || parsed.keyId !== key.id) throw incorrectKey()
  return { key, algorithm, parsed }
}

function openChecked(
  tx: WriteTx,
  { key, algorithm, parsed }: Checked,
  { blob, context }: Sealed,
): Opened {
  if (algorithm !== "SYMMETRIC_DEFAULT") {
    const plain = decryptRsa(tx, key, { blob: blob ?? new Uint8Array(), algorithm })
    return { key, algorithm, materialId: undefined, plain }
  }
  if (!parsed || parsed.external) throw invalidCiphertext()
  const plain = decryptSymmetric(tx, key, { blob: parsed, context })
  return { key, algorithm, plain, materialId: parsed.materialId }
}

const sealedOf = (input: In<"Decrypt">): Sealed => ({
  blob: input.CiphertextBlob,
  keyId: input.KeyId,
  algorithm: input.EncryptionAlgorithm,
  context: input.EncryptionContext,
  ignoresBlob: input.DryRunModifiers?.includes("IGNORE_CIPHERTEXT") ?? false,
  DryRun: input.DryRun,
})

export const Decrypt = op.action("Decrypt", {
  authorize: (tx, input, call) =>
    accessToOpen(tx, call, { sealed: sealedOf(input), operation: "Decrypt" }),
  begin(tx, input, call): Out<"Decrypt"> | undefined {
    assertUse(tx, input)
    const sealed = sealedOf(input)
    return isSealedOutside(tx, call, sealed) ? undefined : answer(open(tx, call, sealed), input)
  },
  async run(ctx, input, call): Promise<Out<"Decrypt">> {
    return answer(await openOutside(ctx, call, sealedOf(input)), input)
  },
})

function answer({ key, plain, algorithm, materialId }: Opened, input: In<"Decrypt">) {
  assertWetRun(input)
  return {
    ...{ KeyId: keyArn(key), Plaintext: plain, EncryptionAlgorithm: algorithm },
    ...(materialId !== undefined && { KeyMaterialId: materialId }),
  }
}
