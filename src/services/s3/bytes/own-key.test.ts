import { createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { IAMClient } from "@aws-sdk/client-iam"
import { KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms"
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { newUser, type Keys } from "../../../gateway/testing/identity.ts"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { Sealing } from "../../../kernel/sealing/sealing.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { everyRow } from "../../../kernel/transaction.ts"
import { objects, type Version } from "../objects/version.ts"
import { smallBytes } from "./bytes.ts"
import { Keystream } from "./encryption.ts"

const Bucket = "photos"
const ROOT_KEY = randomBytes(32)

/** A cloud whose rows and blobs the test looks at, as somebody would who has the disk. */
async function openRows() {
  const clock = { ...hostClock, now: () => NOW }
  const blobs = createMemoryBlobs()
  const storage = createMemoryStorage(clock, () => blobs)
  const open = async () => ({ ...(await storage.open()), rootKey: ROOT_KEY })
  const cloud = await openCloud({ storage: { ...storage, open } })
  const config = {
    ...{ region: "us-east-1", endpoint: "http://localhost:4566" },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: createSdkHandler((wire) => cloud.handle(wire)),
    ...{ systemClockOffset: NOW - Date.now(), maxAttempts: 1 },
  }
  const by = (credentials: Keys) => new S3Client({ ...config, credentials, forcePathStyle: true })
  const client = by(config.credentials)
  await client.send(new CreateBucketCommand({ Bucket }))
  return {
    ...{ world: cloud.world, blobs, client, by },
    kms: new KMSClient(gatewayConfig(cloud)),
    iam: new IAMClient(gatewayConfig(cloud)),
    put: (Key: string, Body: Uint8Array) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body })),
    async get(Key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? "")
    },
    versions: (): Version[] => cloud.world.peek((tx) => [...everyRow(tx, objects)]),
    row: (id: number): Buffer =>
      Buffer.from(cloud.world.peek((tx) => tx.get(smallBytes, [id])?.bytes ?? "")),
  }
}

/** Opens what lies in a row by hand: the object's key with the master key, the object with its key. */
function openByHand(row: Uint8Array, id: number): { key: Buffer; plain: Buffer } {
  const master = Buffer.from(hkdfSync("sha256", ROOT_KEY, "", "cloudarium s3/object", 32))
  const wrap = createDecipheriv("aes-256-ecb", master, null).setAutoPadding(false)
  const key = Buffer.concat([wrap.update(row.subarray(9, 41)), wrap.final()])
  const nonce = Buffer.alloc(12)
  nonce.writeDoubleBE(id)
  const cipher = createDecipheriv("aes-256-gcm", key, nonce)
  cipher.setAuthTag(row.subarray(-16))
  const plain = Buffer.concat([cipher.update(row.subarray(41, -16)), cipher.final()])
  return { key, plain }
}

test("S3-80 every object has its own key, which is encrypted under the master key and lies with it", async () => {
  const { client, put, get, versions, row, world, blobs } = await openRows()
  const small = Buffer.from("the same bytes in each of them")
  await put("a", small)
  await put("b", small)
  const large = randomBytes(100_000)
  await put("c", large)
  await put("d", large)

  const keys = new Set<string>()
  for (const { key: name, serial, content, encryption, bucket } of versions()) {
    if (content?.at === "row") {
      const bytes = row(serial)
      const { key, plain } = openByHand(bytes, serial)
      expect(plain).toEqual(small)
      expect(bytes.includes(key)).toBe(false)
      keys.add(key.toString("hex"))
    } else if (content?.at === "blob") {
      const sealed = Buffer.from(encryption?.key ?? "", "base64")
      const of = { purpose: "s3/data-key", context: String(bucket) }
      const key = new Sealing(ROOT_KEY).unseal(sealed, of)
      const pieces: Uint8Array[] = []
      for await (const piece of blobs.open(content.blob)) pieces.push(piece)
      const bytes = Buffer.concat(pieces)
      expect(bytes.includes(large.subarray(0, 64))).toBe(false)
      expect(new Keystream(key).apply(bytes).equals(large)).toBe(true)
      // The same sealed key, and no other, opens it within the cloud.
      expect(world.peek((tx) => tx.unseal(sealed, of))).toEqual(key)
      keys.add(key.toString("hex"))
    }
    expect((await get(name)).equals(name < "c" ? small : large)).toBe(true)
    // Nobody chose a key, and nobody is told one.
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: name }))
    expect(head.ServerSideEncryption).toBe("AES256")
    expect(head.SSEKMSKeyId).toBeUndefined()
  }
  expect(keys.size).toBe(4)
  // Written anew, it has a new key.
  await put("a", small)
  const [again] = versions()
  keys.add(openByHand(row(again!.serial), again!.serial).key.toString("hex"))
  expect(keys.size).toBe(5)
})

test("what was written before small bodies had keys of their own is still read", async () => {
  const { world, put, get, versions, row } = await openRows()
  const plain = Buffer.from("the same bytes")
  await put("old", plain)
  const [{ serial: id } = { serial: 0 }] = versions()
  const of = { purpose: "s3/bytes", context: String(id) }
  await world.write((tx) => tx.put(smallBytes, { id, form: "sealed", bytes: tx.seal(plain, of) }))
  expect(row(id)).toHaveLength(12 + plain.length + 16)
  expect(await get("old")).toEqual(plain)
})

test("KMS-21 a key that AWS owns encrypts where nobody names one: it is in no account and nobody is asked for rights to it", async () => {
  const { put, get, versions, row, kms, iam, by } = await openRows()
  const plain = Buffer.from("a page that nobody has named a key for")
  await put("page", plain)
  const [{ serial } = { serial: 0 }] = versions()
  expect(row(serial).includes(plain.subarray(0, 16))).toBe(false)
  expect(openByHand(row(serial), serial).plain).toEqual(plain)
  expect(await get("page")).toEqual(plain)
  expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([])
  expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([])
  const { credentials } = await newUser(
    iam,
    "ann",
    { Action: "s3:*", Resource: "*" },
    { Effect: "Deny", Action: "kms:*", Resource: "*" },
  )
  const ann = by(credentials)
  await ann.send(new PutObjectCommand({ Bucket, Key: "hers", Body: plain }))
  const { Body } = await ann.send(new GetObjectCommand({ Bucket, Key: "page" }))
  expect(await Body?.transformToString()).toBe(plain.toString())
})
