import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { SignatureV4a } from "@aws-sdk/signature-v4a"
import { describe, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"
const account = "555555555555"

interface Sent {
  hostname: string
  port?: number
  protocol: string
}

/** A client whose requests keep their host and go to the cloud, as if DNS led there. */
function clientOf(port: number): S3Client {
  const client = new S3Client({
    region: "us-east-1",
    credentials: { accessKeyId: account, secretAccessKey: "test" },
  })
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as Sent
      Object.assign(request, { protocol: "http:", hostname: "127.0.0.1", port })
      return next(args)
    },
    { step: "finalizeRequest", priority: "low", name: "leadHere" },
  )
  return client
}

describe.skipIf(!hasTerraform)(
  "Terraform and Multi-Region access points",
  { timeout: 900_000 },
  () => {
    test("makes one with a policy, plans nothing more, changes it, and destroys it", async ({
      expect,
      onTestFinished,
    }) => {
      expect(SignatureV4a).toBeDefined()
      const scenario = await openScenario(account, onTestFinished)
      const terraform = await scenario.terraform("multi-region")
      const first = await terraform.apply({ stage: 1 })
      expect([first.code, first.stderr]).toEqual([0, ""])
      const { arn, domain, status } = await terraform.output()
      expect([status, domain]).toEqual([
        "READY",
        expect.stringMatching(/^[a-z0-9]{13}\.mrap\.accesspoint\.s3-global\.amazonaws\.com$/),
      ])
      const plan = await terraform.plan({ stage: 1 })
      expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
      const get = new GetObjectCommand({ Bucket: String(arn), Key: "where" })
      const { Body } = await clientOf(scenario.cloud.port).send(get)
      expect(await Body?.transformToString()).toBe("america")
      const second = await terraform.apply({ stage: 2 })
      expect([second.code, second.stderr]).toEqual([0, ""])
      expect(second.stdout).toContain("0 added, 1 changed, 0 destroyed")
      const then = await terraform.plan({ stage: 2 })
      expect([then.code, then.code === 0 ? "" : then.stdout]).toEqual([0, ""])
      const destroyed = await terraform.destroy({ stage: 2 })
      expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
    })
  },
)
