import { IAMClient, ListPoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam"
import { describe, test } from "vitest"
import { ROOT_CERTIFICATE } from "../../src/services/iam/testing/certificate.ts"
import { metadataOf } from "../../src/services/sts/testing/idp.ts"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform and identity", { timeout: 900_000 }, () => {
  test("makes what excludes all else, features of an organization, policies of more types, analyzers, and reads them all back", async ({
    expect,
    onTestFinished,
  }) => {
    const scenario = await openScenario("888888888888", onTestFinished)
    const terraform = await scenario.terraform("identity", {
      certificate: `${ROOT_CERTIFICATE}\n`,
      saml_metadata: metadataOf(),
    })
    const first = await terraform.apply({ stage: 1 })
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(await terraform.output()).toEqual({
      policies: true,
      simulated: ["sqs:ReceiveMessage allowed", "sqs:SendMessage implicitDeny"],
      units: ["apps"],
      users: ["ann"],
    })
    const plan = await terraform.plan({ stage: 1 })
    expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
    const second = await terraform.apply({ stage: 2 })
    expect([second.code, second.stderr]).toEqual([0, ""])
    expect(second.stdout).toContain("Resources: 0 added, 6 changed, 0 destroyed.")
    expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
    const destroyed = await terraform.destroy({ stage: 2 })
    expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
    const iam = scenario.client(IAMClient)
    const policies = await iam.send(new ListPoliciesCommand({ Scope: "Local" }))
    expect(policies.Policies).toEqual([])
    // What services made for themselves stays.
    const { Roles } = await iam.send(new ListRolesCommand({ PathPrefix: "/" }))
    expect(Roles?.map(({ Path }) => Path?.startsWith("/aws-service-role/"))).not.toContain(false)
  })
})
