import { accessAudit } from "../../../gateway/audit/access-audit.ts"
import { STSClient } from "@aws-sdk/client-sts"
import { onTestFinished } from "vitest"
import { Cloud } from "../../../gateway/cloud.ts"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createModelFiles } from "../../../kernel/host/model-files.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { createModels } from "../../../models/load.ts"
import { createCodecs } from "../../../protocols/codecs.ts"
import { ACCOUNT } from "./open-sts.ts"

/** A cloud with its world in reach, which may be a strict one, and clients for it. */
export async function openCloud({ strict = false } = {}): Promise<{
  readonly cloud: Cloud
  client(keys?: { accessKeyId: string; secret: string }): STSClient
}> {
  const reports: string[] = []
  const cloud = await Cloud.open({
    storage: createMemoryStorage(hostClock, () => createMemoryBlobs()),
    clock: hostClock,
    random: () => createSeededRandom(1),
    models: createModels(createModelFiles()),
    codecs: createCodecs({ strict: true }),
    auditAccess: accessAudit,
    startClock: { mode: "frozen", at: hostClock.now() },
    settings: { account: ACCOUNT, region: "us-east-1", strict },
    report: (what) => reports.push(what),
  })
  onTestFinished(async () => {
    await cloud.close()
    if (reports.length > 0) throw new Error(reports.join("\n"))
  })
  const requestHandler = createSdkHandler((request) => cloud.handle(request))
  return {
    cloud,
    client: ({ accessKeyId, secret } = { accessKeyId: ACCOUNT, secret: "test" }) =>
      new STSClient({
        region: "us-east-1",
        endpoint: "http://localhost:4566",
        credentials: { accessKeyId, secretAccessKey: secret },
        requestHandler: requestHandler as never,
      }),
  }
}
