import {
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { inviteAccount } from "../../../organizations/testing/accounts.ts"
import { OTHER } from "../../../organizations/testing/open-organization.ts"
import { openPolicies } from "../../../organizations/testing/open-policies.ts"
import { ALLOW_ALL, statement } from "../../testing/documents.ts"

test("in an organization the answer tells whether its control policies allow", async () => {
  const organization = await openPolicies()
  await inviteAccount(organization, OTHER)
  const { cloud } = organization
  const client = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const UserName = "bob"
  const { User } = await client.send(new CreateUserCommand({ UserName }))
  const PolicyDocument = ALLOW_ALL
  await client.send(new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument }))
  const simulate = async () => {
    const { EvaluationResults } = await client.send(
      new SimulatePrincipalPolicyCommand({
        ...{ PolicySourceArn: User?.Arn, ActionNames: ["s3:GetObject", "sqs:ListQueues"] },
      }),
    )
    return EvaluationResults?.map(({ EvalDecision, OrganizationsDecisionDetail: told }) => [
      ...[EvalDecision, told?.AllowedByOrganizations],
    ])
  }
  expect(await simulate()).toEqual([
    ["allowed", undefined],
    ["allowed", undefined],
  ])
  await organization.enable("SERVICE_CONTROL_POLICY")
  await organization.impose(OTHER, JSON.parse(statement("Deny", "s3:*")) as object)
  expect(await simulate()).toEqual([
    ["explicitDeny", false],
    ["allowed", true],
  ])
})
