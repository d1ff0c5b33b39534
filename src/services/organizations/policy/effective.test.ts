import { CreatePolicyCommand, IAMClient } from "@aws-sdk/client-iam"
import { DescribeEffectivePolicyCommand, MoveAccountCommand } from "@aws-sdk/client-organizations"
import { CreateQueueCommand, SQSClient, TagQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../testing/open-organization.ts"
import { openPolicies, statement, type TestPolicies } from "../testing/open-policies.ts"

async function openMember(): Promise<TestPolicies> {
  const policies = await openPolicies()
  await inviteAccount(policies, OTHER)
  return policies
}

const tagPolicy = (key: string, values: readonly string[], enforced: readonly string[] = []) => ({
  tags: {
    [key]: {
      tag_key: { "@@assign": key },
      tag_value: { "@@assign": values },
      ...(enforced.length > 0 && { enforced_for: { "@@assign": enforced } }),
    },
  },
})

test("an effective policy is refused as recorded", async () => {
  const { client, of, root } = await openMember()
  const ask = (TargetId?: string, asker = client) =>
    asker.send(new DescribeEffectivePolicyCommand({ PolicyType: "TAG_POLICY", TargetId }))
  const disabled = {
    name: "EffectivePolicyNotFoundException",
    message:
      "The specified policy type is not enabled. Enable that policy type on your organization root and then retry.",
  }
  await expect(ask()).rejects.toMatchObject(disabled)
  await expect(ask(OTHER)).rejects.toMatchObject(disabled)
  await expect(ask(undefined, of(OTHER))).rejects.toMatchObject(disabled)
  await expect(ask(OTHER, of(OTHER))).rejects.toMatchObject(disabled)
  await expect(ask(root)).rejects.toMatchObject({
    name: "InvalidInputException",
    message: "You specified a target that is not currently supported.",
    Reason: "TARGET_NOT_SUPPORTED",
  })
  await expect(ask("999999999999")).rejects.toMatchObject({
    name: "TargetNotFoundException",
    message: "You specified a target that doesn't exist.",
  })
  await expect(ask(MANAGEMENT, of(OTHER))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: "You don't have permissions to access this resource.",
  })
})

test("TPOL-1 a tag policy comes down from the root, and a move changes what holds", async () => {
  const { client, enable, impose, effective, unit, root, of } = await openMember()
  await enable("TAG_POLICY")
  expect(await effective("TAG_POLICY", OTHER)).toEqual({})
  const unitId = await unit("team")
  await impose(root, tagPolicy("CostCenter", ["100", "200"]), "TAG_POLICY")
  const append = { tags: { costcenter: { tag_value: { "@@append": ["300"] } } } }
  await impose(unitId, append, "TAG_POLICY")
  const rule = (tag_value: string[]) => ({
    tags: { costcenter: { tag_key: "CostCenter", tag_value } },
  })
  expect(await effective("TAG_POLICY", OTHER)).toEqual(rule(["100", "200"]))
  const move = { AccountId: OTHER, SourceParentId: root, DestinationParentId: unitId }
  await client.send(new MoveAccountCommand(move))
  expect(await effective("TAG_POLICY", OTHER)).toEqual(rule(["100", "200", "300"]))
  // A member reads its own; tag policies hold the management account too.
  const asked = new DescribeEffectivePolicyCommand({ PolicyType: "TAG_POLICY" })
  const { EffectivePolicy } = await of(OTHER).send(asked)
  expect(EffectivePolicy).toMatchObject({ TargetId: OTHER, PolicyType: "TAG_POLICY" })
  expect(await effective("TAG_POLICY")).toEqual(rule(["100", "200"]))
})

test("AIOPT-2 BPOL-2 opt-out and backup policies hang on the root, a unit or an account", async () => {
  const { client, enable, impose, effective, unit, root } = await openMember()
  const unitId = await unit("team")
  const move = { AccountId: OTHER, SourceParentId: root, DestinationParentId: unitId }
  await client.send(new MoveAccountCommand(move))
  await enable("AISERVICES_OPT_OUT_POLICY")
  const optOut = (service: string) => ({
    services: { [service]: { opt_out_policy: { "@@assign": "optOut" } } },
  })
  await impose(root, optOut("default"), "AISERVICES_OPT_OUT_POLICY")
  await impose(unitId, optOut("lex"), "AISERVICES_OPT_OUT_POLICY")
  await impose(OTHER, optOut("polly"), "AISERVICES_OPT_OUT_POLICY")
  expect(await effective("AISERVICES_OPT_OUT_POLICY", OTHER)).toEqual({
    services: {
      default: { opt_out_policy: "optOut" },
      lex: { opt_out_policy: "optOut" },
      polly: { opt_out_policy: "optOut" },
    },
  })
  await enable("BACKUP_POLICY")
  const plan = (region: string) => ({ plans: { daily: { regions: { "@@append": [region] } } } })
  await impose(root, plan("us-east-1"), "BACKUP_POLICY")
  await impose(unitId, plan("eu-west-1"), "BACKUP_POLICY")
  await impose(OTHER, plan("eu-north-1"), "BACKUP_POLICY")
  expect(await effective("BACKUP_POLICY", OTHER)).toEqual({
    plans: { daily: { regions: ["us-east-1", "eu-west-1", "eu-north-1"] } },
  })
})

const refused = (key: string) => ({
  name: "TagPolicyException",
  message: `The tag policy does not allow the specified value for the following tag key: '${key}'.`,
  $metadata: { httpStatusCode: 400 },
})

test("TPOL-3 where a tag policy is enforced, tags that do not comply are refused, no tags are not", async () => {
  const { cloud, enable, impose, root } = await openMember()
  await enable("TAG_POLICY")
  await impose(root, tagPolicy("Stage", ["test", "prod-*"], ["sqs:queue"]), "TAG_POLICY")
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" }
  const sqs = cloud.client(SQSClient, { credentials })
  const create = (QueueName: string, tags?: Record<string, string>) =>
    sqs.send(new CreateQueueCommand({ QueueName, tags }))
  await expect(create("a", { Stage: "dev" })).rejects.toMatchObject(refused("Stage"))
  await expect(create("a", { stage: "test" })).rejects.toMatchObject(refused("stage"))
  const { QueueUrl } = await create("a")
  await create("b", { Stage: "prod-1", other: "x" })
  const tag = (value: string) => sqs.send(new TagQueueCommand({ QueueUrl, Tags: { Stage: value } }))
  await expect(tag("prod")).rejects.toMatchObject(refused("Stage"))
  await tag("test")
  // Enforced for queues only.
  const iam = cloud.client(IAMClient, { credentials })
  const PolicyDocument = JSON.stringify(statement({ Effect: "Allow", Action: "sqs:*" }))
  const policy = (PolicyName: string) =>
    iam.send(
      new CreatePolicyCommand({
        PolicyName,
        PolicyDocument,
        Tags: [{ Key: "Stage", Value: "dev" }],
      }),
    )
  await policy("first")
  await impose(OTHER, tagPolicy("Stage", ["test"], ["iam:policy"]), "TAG_POLICY")
  await expect(policy("second")).rejects.toMatchObject(refused("Stage"))
})

test("a tag policy that is not enforced refuses nothing", async () => {
  const { cloud, enable, impose, root } = await openMember()
  await enable("TAG_POLICY")
  await impose(root, tagPolicy("Stage", ["test"]), "TAG_POLICY")
  const sqs = cloud.client(SQSClient)
  await sqs.send(new CreateQueueCommand({ QueueName: "a", tags: { Stage: "dev" } }))
})
