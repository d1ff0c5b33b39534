import {
  CreateSAMLProviderCommand,
  IAMClient,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import type { MemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { metadataOf } from "../../sts/testing/idp.ts"
import { newEncryptionPair } from "../../sts/testing/saml-encryption.ts"
import { LEAF_CERTIFICATE, LEAF_KEY } from "../testing/certificate.ts"

test("the store holds no private key in the clear: neither of server certificates nor of SAML providers", async () => {
  const storage = createMemoryStorage(hostClock, () => createMemoryBlobs())
  const cloud = await openCloud({ storage })
  const client = new IAMClient(gatewayConfig(cloud))
  await client.send(
    new UploadServerCertificateCommand({
      ServerCertificateName: "site",
      ...{ CertificateBody: LEAF_CERTIFICATE, PrivateKey: LEAF_KEY },
    }),
  )
  const { privateKey } = newEncryptionPair()
  await client.send(
    new CreateSAMLProviderCommand({
      ...{ Name: "Corp", SAMLMetadataDocument: metadataOf(), AddPrivateKey: privateKey },
    }),
  )
  const engine = (await storage.open()).engine as MemoryEngine
  const rows = [...engine.dump()].map(([, row]) => Buffer.from(row as string).toString("latin1"))
  const shows = (line: string | undefined): boolean => rows.some((row) => row.includes(line ?? "?"))
  expect(shows(LEAF_CERTIFICATE.split("\n")[2])).toBe(true)
  for (const pem of [LEAF_KEY, privateKey]) {
    const [, line = "", other = ""] = pem.split("\n")
    const der = Buffer.from(line + other, "base64")
    expect([shows(line), shows(der.toString("latin1")), shows(der.toString("hex"))]).toEqual([
      ...[false, false, false],
    ])
  }
})
