import {
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
} from "@aws-sdk/client-secrets-manager"
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import type { MemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { openRotation, template } from "../testing/open-rotation.ts"

const PLAIN = "correct horse battery staple"

test("no row shows a value: of versions, replicas, those on their way, parameters", async () => {
  const storage = createMemoryStorage(hostClock, () => createMemoryBlobs())
  const { cloud, client } = await openRotation(template, { storage })
  const { requestHandler, region, credentials } = client.config
  const Name = "db"
  const AddReplicaRegions = [{ Region: "eu-west-1" }, { Region: "eu-west-2" }]
  await client.send(new ReplicateSecretToRegionsCommand({ SecretId: Name, AddReplicaRegions }))
  await cloud.settle()
  await cloud.fail({ region: "eu-west-2" })
  await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString: PLAIN }))
  await cloud.settle()
  const ssm = new SSMClient({
    ...{ region, credentials, endpoint: "http://localhost:4566" },
    requestHandler: requestHandler as never,
    systemClockOffset: client.config.systemClockOffset,
  })
  const value = { Value: PLAIN, Type: "SecureString" as const }
  await ssm.send(new PutParameterCommand({ Name: "a", ...value }))
  await ssm.send(new PutParameterCommand({ Name: "b", Tier: "Advanced", ...value }))
  await ssm.send(new PutParameterCommand({ Name: "c", Value: "plain as day", Type: "String" }))
  const engine = (await storage.open()).engine as MemoryEngine
  const rows = [...engine.dump()].map(([, row]) => Buffer.from(row as string).toString("latin1"))
  const showing = (text: string) => rows.filter((row) => row.includes(text))
  expect(showing("plain as day")).toHaveLength(1)
  expect(showing(PLAIN)).toEqual([])
  expect(showing(Buffer.from(PLAIN).toString("base64").slice(0, -4))).toEqual([])
})
