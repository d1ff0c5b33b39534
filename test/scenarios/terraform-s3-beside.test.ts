import { describe, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"

/** With it the provider's list of S3's and S3 Control's resources is through, but Outposts' and tables. */
describe.skipIf(!hasTerraform)(
  "Terraform and what stands beside buckets",
  { timeout: 900_000 },
  () => {
    test("makes access points, functions' ones, lists, logs, notifications, copies and a dashboard, plans nothing more, changes them, and destroys them", async ({
      expect,
      onTestFinished,
    }) => {
      const scenario = await openScenario("555555555555", onTestFinished)
      const terraform = await scenario.terraform("s3-beside")
      const first = await terraform.apply({ stage: 1 })
      expect([first.code, first.stderr]).toEqual([0, ""])
      const { seen } = await terraform.output()
      expect(seen).toMatchObject({
        prefixes: ["cats/", "copies/"],
        keys: ["old", "secret"],
        owner: "bob",
        // That of "tom", which the copy was asked for anew.
        sha256: "4WCPdcXXgT89QDHLML+3hlB9mBN1OP+OEopv906E5kM=",
        region: "us-east-1",
        blocked: true,
      })
      const plan = await terraform.plan({ stage: 1 })
      expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
      const second = await terraform.apply({ stage: 2 })
      expect([second.code, second.stderr]).toEqual([0, ""])
      expect(second.stdout).toContain("0 added, 10 changed, 0 destroyed")
      const then = await terraform.plan({ stage: 2 })
      expect([then.code, then.code === 0 ? "" : then.stdout]).toEqual([0, ""])
      const destroyed = await terraform.destroy({ stage: 2 })
      expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
    })
  },
)
