import { IAMClient } from "@aws-sdk/client-iam"
import { OrganizationsClient, TagResourceCommand } from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openPolicies } from "../testing/open-policies.ts"

test("who tags a policy tags one of its type, for policies to look at", async () => {
  const { cloud, create } = await openPolicies()
  const ResourceId = await create("all", {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  })
  const user = await newUser(cloud.client(IAMClient), "ann")
  const organizations = cloud.client(OrganizationsClient, { credentials: user.credentials })
  const condition = {
    action: "organizations:TagResource",
    key: "organizations:PolicyType",
    value: "SERVICE_CONTROL_POLICY",
  }
  const Tags = [{ Key: "team", Value: "red" }]
  const tag = () => organizations.send(new TagResourceCommand({ ResourceId, Tags }))
  expect(await outcomesBy(user, condition, tag)).toEqual(OBEYED)
})
