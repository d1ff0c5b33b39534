import { InitiateMultipartUploadCommand, UploadMultipartPartCommand } from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { blobLinks } from "../../../kernel/blobs/blob-links.ts"
import { ARN, openVault, VAULT } from "../testing/open-vault.ts"
import { holdersOf } from "./holders.ts"

test("a scrub is told whose the bytes are: an archive's, an upload's or an inventory's", async () => {
  const { cloud, client, pass, start, upload } = await openVault()
  const archive = await upload("hello")
  await pass("1d")
  const job = await start({ Type: "inventory-retrieval" })
  await pass("5h")
  const { uploadId } = await client.send(
    new InitiateMultipartUploadCommand({ ...VAULT, partSize: "1048576" }),
  )
  const body = Buffer.alloc(1024 * 1024)
  await client.send(
    new UploadMultipartPartCommand({ ...VAULT, uploadId, body, range: "bytes 0-1048575/*" }),
  )
  const holders = await cloud.world.read((tx) => {
    const blobs = tx.scan(blobLinks, { limit: 10 }).rows.map(({ id }) => id)
    const found = [...holdersOf(tx, new Set(blobs))]
    expect(new Set(found.map(({ blob }) => blob))).toEqual(new Set(blobs))
    expect([...holdersOf(tx, new Set(["none"]))]).toEqual([])
    return found.map(({ holder }) => holder)
  })
  expect(holders.toSorted()).toEqual([
    `${ARN}/archives/${archive}`,
    `${ARN}/jobs/${job}`,
    `${ARN}/multipart-uploads/${uploadId}`,
  ])
})
