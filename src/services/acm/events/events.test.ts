import { ACMClient, PutAccountConfigurationCommand } from "@aws-sdk/client-acm"
import { expect, test } from "vitest"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import { DAY_MS, importOwn, selfSigned } from "../testing/open-acm.ts"

interface Entry {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly Resources: readonly string[]
}

test("EventBridge is told of an import, of the end that nears as the account wants it, and of the end", async () => {
  const cloud = await openCloud()
  const told: Entry[] = []
  const PutEvents: ActionOperation<{ readonly Entries: readonly Entry[] }, object> = {
    ...{ kind: "action", name: "PutEvents", authorize: unchecked("a bus of a test") },
    run(_ctx, { Entries }) {
      told.push(...Entries)
      return Promise.resolve({ FailedEntryCount: 0 })
    },
  }
  plugIn(cloud, "events", { PutEvents })
  const client = new ACMClient(gatewayConfig(cloud))
  const ExpiryEvents = { DaysBeforeExpiry: 3 }
  await client.send(new PutAccountConfigurationCommand({ IdempotencyToken: "a", ExpiryEvents }))
  const own = await selfSigned({ startMs: NOW - DAY_MS, days: 11 })
  const arn = await importOwn(client, own)
  await cloud.advance(12 * DAY_MS)
  const common = {
    ...{
      CertificateType: "IMPORTED",
      CommonName: "own.example.com",
      InUse: false,
      Exported: false,
    },
    CertificateCreatedDate: "2026-01-15T12:00:00.000Z",
    CertificateExpirationDate: "2026-01-25T12:00:00.000Z",
  }
  const nears = (DaysToExpiry: number) => [
    ...["ACM Certificate Approaching Expiration", { DaysToExpiry, CommonName: "own.example.com" }],
  ]
  expect(told.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail) as object])).toEqual([
    ["ACM Certificate Available", { ...common, Action: "IMPORT", DaysToExpiry: 10 }],
    ...[nears(3), nears(2), nears(1)],
    ["ACM Certificate Expired", { ...common, DaysToExpiry: 0 }],
  ])
  for (const { Source, Resources } of told) expect([Source, Resources]).toEqual(["aws.acm", [arn]])
})
