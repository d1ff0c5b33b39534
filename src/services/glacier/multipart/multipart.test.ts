import { createHash, randomBytes } from "node:crypto"
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteArchiveCommand,
  InitiateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadArchiveCommand,
  UploadMultipartPartCommand,
} from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { rootOf, TreeHash } from "../archive/tree-hash.ts"
import { MIB } from "../limits.ts"
import { ARN, linked, openVault, refusalOf, VAULT } from "../testing/open-vault.ts"

const treeHash = (bytes: Uint8Array): string => {
  const tree = new TreeHash()
  tree.update(bytes)
  return rootOf(tree.leaves())
}

async function openUpload(partSize = 2 * MIB) {
  const vault = await openVault()
  const { client } = vault
  const begun = await client.send(
    new InitiateMultipartUploadCommand({
      ...{ ...VAULT, partSize: String(partSize), archiveDescription: "  many parts" },
    }),
  )
  const uploadId = begun.uploadId ?? ""
  const of = { ...VAULT, uploadId }
  const send = (start: number, body: Uint8Array, more = {}) =>
    client.send(
      new UploadMultipartPartCommand({
        ...{ ...of, body, range: `bytes ${start}-${start + body.length - 1}/*`, ...more },
      }),
    )
  const complete = (bytes: Uint8Array, more = {}) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...{ ...of, archiveSize: String(bytes.length), checksum: treeHash(bytes), ...more },
      }),
    )
  const list = () => client.send(new ListPartsCommand(of))
  return { ...vault, of, send, complete, list }
}

test("GLC-6 an archive of parts can be retrieved and deleted, and no request changes it", async () => {
  const { client, pass, of, send, complete, retrieve, output } = await openUpload()
  const bytes = randomBytes(5 * MIB + 77)
  await send(4 * MIB, bytes.subarray(4 * MIB))
  await send(0, randomBytes(2 * MIB))
  await send(0, bytes.subarray(0, 2 * MIB))
  expect(await refusalOf(complete(bytes))).toContain("missing")
  const { checksum } = await send(2 * MIB, bytes.subarray(2 * MIB, 4 * MIB))
  expect(checksum).toBe(treeHash(bytes.subarray(2 * MIB, 4 * MIB)))
  const made = await complete(bytes)
  expect(await complete(bytes)).toMatchObject({ archiveId: made.archiveId })
  // The upload has ended: there is no way to its parts any more, and none to the archive's bytes.
  expect(await refusalOf(send(0, bytes.subarray(0, 2 * MIB)))).toContain("upload ID was not found")
  expect(await refusalOf(client.send(new ListPartsCommand(of)))).toContain("upload ID")
  expect(await refusalOf(client.send(new AbortMultipartUploadCommand(of)))).toContain("upload ID")
  await pass("2d")
  const whole = await retrieve(made.archiveId ?? "")
  const range = `${2 * MIB}-${5 * MIB + 76}`
  const part = await retrieve(made.archiveId ?? "", { RetrievalByteRange: range })
  await pass("5h")
  const all = await output(whole)
  expect([all.checksum, all.bytes.equals(bytes)]).toEqual([treeHash(bytes), true])
  expect((await output(part)).bytes.equals(bytes.subarray(2 * MIB))).toBe(true)
  const two = await output(whole, `bytes=0-${4 * MIB - 1}`)
  expect(two.checksum).toBe(treeHash(bytes.subarray(0, 4 * MIB)))
  const last = await output(whole, `bytes=${4 * MIB}-`)
  expect(last.checksum).toBe(treeHash(bytes.subarray(4 * MIB)))
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId: made.archiveId }))
  expect(await refusalOf(retrieve(made.archiveId ?? ""))).toContain("archive ID was not found")
})

test("parts and uploads are listed, and go when they are aborted or forgotten", async () => {
  const { cloud, client, pass, of, send, list } = await openUpload(MIB)
  await send(0, Buffer.alloc(MIB))
  await send(MIB, Buffer.alloc(10))
  const described = {
    ...{ MultipartUploadId: of.uploadId, VaultARN: ARN, PartSizeInBytes: MIB },
    ...{ ArchiveDescription: "many parts", CreationDate: "2026-01-15T12:00:00.000Z" },
  }
  expect(await list()).toMatchObject({
    ...described,
    Parts: [
      { RangeInBytes: `0-${MIB - 1}`, SHA256TreeHash: treeHash(Buffer.alloc(MIB)) },
      { RangeInBytes: `${MIB}-${MIB + 9}`, SHA256TreeHash: treeHash(Buffer.alloc(10)) },
    ],
  })
  const page = await client.send(new ListPartsCommand({ ...of, limit: 1 }))
  const next = await client.send(new ListPartsCommand({ ...of, marker: page.Marker }))
  expect([page.Parts?.length, next.Parts?.length, next.Marker]).toEqual([1, 1, undefined])
  const uploads = async () =>
    (await client.send(new ListMultipartUploadsCommand(VAULT))).UploadsList ?? []
  expect(await uploads()).toEqual([described])
  await pass("23h")
  await send(MIB, Buffer.alloc(11))
  await pass("23h")
  expect(await uploads()).toHaveLength(1)
  await pass("1h")
  expect(await uploads()).toEqual([])
  expect(await linked(cloud)).toBe(0)
  const again = await client.send(
    new InitiateMultipartUploadCommand({ ...VAULT, partSize: String(MIB) }),
  )
  await client.send(new AbortMultipartUploadCommand({ ...VAULT, uploadId: again.uploadId }))
  expect(await uploads()).toEqual([])
})

test("what a part, its upload or the whole is refused for", async () => {
  const { cloud, client, send, complete } = await openUpload()
  const initiate = (partSize: string | undefined) =>
    client.send(new InitiateMultipartUploadCommand({ ...VAULT, partSize }))
  for (const size of ["1", String(3 * MIB), String(8192 * MIB), "x"])
    expect(await refusalOf(initiate(size))).toContain("power of two")
  expect(await refusalOf(initiate(undefined))).toContain("MissingParameterValueException")
  const small = Buffer.alloc(10, "x")
  const INVALID = "InvalidParameterValueException"
  expect(await refusalOf(send(MIB, small))).toContain(INVALID)
  expect(await refusalOf(send(0, small, { range: "bytes 0-10/*" }))).toContain(INVALID)
  expect(await refusalOf(send(0, small, { range: undefined }))).toContain("MissingParameter")
  expect(await refusalOf(send(0, Buffer.alloc(2 * MIB + 1)))).toContain(INVALID)
  expect(await refusalOf(complete(Buffer.alloc(0)))).toContain(INVALID)
  await send(0, small)
  expect(await refusalOf(complete(small, { archiveSize: "11" }))).toContain(INVALID)
  expect(await refusalOf(complete(small, { checksum: treeHash(Buffer.alloc(1)) }))).toContain(
    "Checksum mismatch",
  )
  const upload = (more: object) => client.send(new UploadArchiveCommand({ ...VAULT, ...more }))
  const wrong = createHash("sha256").update("other").digest("hex")
  expect(await refusalOf(upload({ body: small, checksum: wrong }))).toContain("Checksum mismatch")
  expect(await refusalOf(upload({ body: small, archiveDescription: "ü" }))).toContain(INVALID)
  // What was refused has left nothing.
  expect(await linked(cloud)).toBe(1)
  await complete(small)
})
