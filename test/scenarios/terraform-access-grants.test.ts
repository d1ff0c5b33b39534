import { describe, test } from "vitest"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform and S3 Access Grants", { timeout: 900_000 }, () => {
  test("makes an instance with locations, grants and a policy, plans nothing more, changes them, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const scenario = await openScenario("555555555555", onTestFinished)
    const terraform = await scenario.terraform("access-grants")
    const first = await terraform.apply({ stage: 1 })
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(await terraform.output()).toEqual({
      scopes: ["s3://cats-photos/tom*", "s3://cats-photos/tom/1"],
    })
    const plan = await terraform.plan({ stage: 1 })
    expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
    const second = await terraform.apply({ stage: 2 })
    expect([second.code, second.stderr]).toEqual([0, ""])
    expect(second.stdout).toContain("1 added, 3 changed, 1 destroyed")
    expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
    const destroyed = await terraform.destroy({ stage: 2 })
    expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
  })
})
