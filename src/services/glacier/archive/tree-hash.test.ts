import { UploadArchiveCommand } from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { MIB } from "../limits.ts"
import { openVault, VAULT } from "../testing/open-vault.ts"
import { isAligned, rootOf, TreeHash } from "./tree-hash.ts"

/** Bytes of which no two MiB are alike. */
const bytesOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 7 + (at >> 16)) & 0xff))

test("tree hashes are those of AWS's own client, however the bytes come", async () => {
  const { client } = await openVault()
  for (const size of [1, MIB - 1, MIB, MIB + 1, 3 * MIB, 5 * MIB + 17]) {
    const body = bytesOf(size)
    const ours = new TreeHash()
    for (let at = 0; at < size; at += 700_001) ours.update(body.subarray(at, at + 700_001))
    // The client says its own tree hash, and is refused where another one is computed.
    const { checksum } = await client.send(new UploadArchiveCommand({ ...VAULT, body }))
    expect(checksum).toBe(rootOf(ours.leaves()))
  }
})

test("a range is aligned where its hash is a node of the tree", () => {
  const size = 6.5 * MIB
  const aligned = (from: number, to: number) =>
    isAligned({ start: from * MIB, end: to * MIB }, size)
  // The example of "Receiving Checksums When Downloading Data": two ranges of 2 MB.
  expect([aligned(2, 4), aligned(3, 5)]).toEqual([true, false])
  expect([aligned(0, 6.5), aligned(0, 4), aligned(4, 6.5), aligned(6, 6.5)]).toEqual([
    ...[true, true, true, true],
  ])
  expect([aligned(0, 3), aligned(1, 3), aligned(0, 6), aligned(0, 0.5)]).toEqual([
    ...[false, false, false, false],
  ])
})
