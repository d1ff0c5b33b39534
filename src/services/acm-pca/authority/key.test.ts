import { ACMPCAClient } from "@aws-sdk/client-acm-pca"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import type { MemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { activeRoot, certificate, describe, issue, serverRequest } from "../testing/open-pca.ts"
import { sealedKeys, signerOf } from "./key.ts"
import { parseAuthorityArn } from "./authority.ts"

test("a CA's private key is sealed, and signs after a restart", async () => {
  const storage = createMemoryStorage(hostClock, () => createMemoryBlobs())
  const open = async () => {
    const cloud = await openCloud({ storage })
    const client = new ACMPCAClient(gatewayConfig(cloud, "111122223333"))
    return { cloud, client }
  }
  const first = await open()
  const root = await activeRoot(first.client)
  const plain = await first.cloud.world.read((tx) =>
    signerOf(tx, parseAuthorityArn(root), "SHA256WITHECDSA")
      .key.export({ type: "pkcs8", format: "der" })
      .toString("base64"),
  )
  const engine = (await storage.open()).engine as MemoryEngine
  const rows = [...engine.dump()].map(([, row]) => Buffer.from(row as string).toString("latin1"))
  expect(rows.join().includes("BEGIN CERTIFICATE REQUEST")).toBe(true)
  // The scalar, which stands at whatever place.
  const secret = Buffer.from(plain, "base64").subarray(36, 68)
  for (const shown of [plain.slice(0, 40), secret.toString("hex"), secret.toString("base64")])
    expect(rows.some((row) => row.includes(shown))).toBe(false)
  const again = await open()
  expect((await describe(again.client, root))?.Status).toBe("ACTIVE")
  const made = await issue(again.client, root, { Csr: await serverRequest() })
  const { Certificate = "", CertificateChain = "" } = await certificate(again.client, root, made)
  const issuer = new X509Certificate(CertificateChain)
  expect(new X509Certificate(Certificate).verify(issuer.publicKey)).toBe(true)
  const kept = await again.cloud.world.read((tx) => tx.scan(sealedKeys, { limit: 5 }).rows)
  expect(kept).toHaveLength(1)
})
