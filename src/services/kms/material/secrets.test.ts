import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
} from "@aws-sdk/client-kms"
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { createMemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import { createKey, drawSecret } from "../key/create.ts"
import { managedKey } from "../key/managed.ts"
import { defaultPolicy } from "../key/policy.ts"
import { encryptSymmetric } from "../cipher/symmetric.ts"
import { kms } from "../service.ts"
import { bytes, openKms, refusalOf } from "../testing/open-kms.ts"
import { generatePair } from "./generate.ts"
import { currentMaterial, openMaterial } from "./material.ts"

const PLACE = { account: "111122223333", region: "us-east-1" }

/** All that is in the store, as text. */
function contentOf(engine: ReturnType<typeof createMemoryEngine>): string {
  const rows = [...engine.dump()].map(([key, value]) => [key, Buffer.from(value as string)])
  return rows
    .map(([key, value]) => `${key}${Buffer.from(value as Buffer).toString("latin1")}`)
    .join()
}

/** Whether the store holds these bytes in any of the usual forms. */
function holds(content: string, secret: Uint8Array): boolean {
  const buffer = Buffer.from(secret)
  // From the middle: base64 of a part of a row may begin at any of three places.
  const forms = [0, 1, 2].map((at) => buffer.subarray(at).toString("base64").slice(4, 28))
  const plain = [buffer.toString("hex"), buffer.toString("latin1"), buffer.toString("base64url")]
  return [...forms, ...plain].some((form) => content.includes(form))
}

test("KMS-5 KMS-15 the store holds no key in the clear: neither material nor data keys", async () => {
  const engine = createMemoryEngine()
  const { world } = createTestWorld({ engine, jobs: kms.jobs })
  world.register(kms.tables)
  world.start()
  const pair = await generatePair("ECC_NIST_P256")
  const common = {
    ...({ ...PLACE, manager: "CUSTOMER", origin: "AWS_KMS" } as const),
    ...{ description: "", tags: {}, policy: defaultPolicy(PLACE) },
  }
  const secrets = await world.write((tx) => {
    const own = { ...common, spec: "ECC_NIST_P256", usage: "SIGN_VERIFY" } as const
    createKey(tx, own, pair)
    const mac = { ...common, spec: "HMAC_512", usage: "GENERATE_VERIFY_MAC" } as const
    const fresh = drawSecret(tx, "HMAC_512")
    createKey(tx, mac, fresh)
    const key = managedKey(tx, { ...PLACE, alias: "aws/s3" })
    const material = currentMaterial(tx, key)
    const dataKey = Buffer.from(tx.random("test").bytes(32))
    encryptSymmetric(tx, key, { plain: dataKey, context: {} })
    return [pair.secret, fresh.secret, material && openMaterial(tx, material), dataKey]
  })
  const content = contentOf(engine)
  expect(holds(content, pair.publicKey ?? Buffer.alloc(0))).toBe(true)
  for (const secret of secrets) {
    expect(secret?.length).toBeGreaterThan(31)
    expect(holds(content, secret ?? Buffer.alloc(0))).toBe(false)
  }
  await world.close()
})

test("KMS-16 KMS-17 ENC-4 a data key encrypts what is too long for KMS, and is needed to read it", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const asked = { KeyId, KeySpec: "AES_256" } as const
  const { Plaintext, CiphertextBlob } = await client.send(new GenerateDataKeyCommand(asked))
  expect(Buffer.from(CiphertextBlob ?? bytes("")).includes(Plaintext ?? bytes(""))).toBe(false)
  const nonce = randomBytes(12)
  const document = randomBytes(1_000_000)
  const whole = new EncryptCommand({ KeyId, Plaintext: document.subarray(0, 4_097) })
  expect(await refusalOf(client.send(whole))).toMatch(/^ValidationException: /)
  const cipher = createCipheriv("aes-256-gcm", Plaintext ?? bytes(""), nonce)
  const sealed = Buffer.concat([cipher.update(document), cipher.final()])
  const tag = cipher.getAuthTag()
  const open = (secret: Uint8Array | undefined): Buffer => {
    const decipher = createDecipheriv("aes-256-gcm", secret ?? bytes(""), nonce).setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed), decipher.final()])
  }
  const later = await client.send(new DecryptCommand({ CiphertextBlob }))
  expect(open(later.Plaintext).equals(document)).toBe(true)
  expect(() => open(randomBytes(32))).toThrow()
})

test("KMS-18 a data key is of its KMS key, and opens for nobody without access to that", async () => {
  const { client, key, user } = await openKms()
  const [one, other] = [await key(), await key()]
  const { CiphertextBlob } = await client.send(
    new GenerateDataKeyCommand({ KeyId: one.KeyId, KeySpec: "AES_256" }),
  )
  const ann = await user("ann", { Effect: "Allow", Action: "kms:*", Resource: other.Arn })
  expect(await refusalOf(ann.send(new DecryptCommand({ CiphertextBlob })))).toMatch(
    /^AccessDeniedException: .* kms:Decrypt on resource: /,
  )
  const elsewhere = new DecryptCommand({ CiphertextBlob, KeyId: other.KeyId })
  expect(await refusalOf(ann.send(elsewhere))).toMatch(/^IncorrectKeyException: /)
  const pair = new GenerateDataKeyPairCommand({ KeyId: one.KeyId, KeyPairSpec: "ECC_NIST_P256" })
  expect(await refusalOf(ann.send(pair))).toMatch(/^AccessDeniedException: /)
})
