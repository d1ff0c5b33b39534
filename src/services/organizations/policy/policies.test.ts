import {
  CreateOrganizationalUnitCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DisablePolicyTypeCommand,
  ListPoliciesCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  TagResourceCommand,
  UpdatePolicyCommand,
  type PolicyType,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../testing/open-organization.ts"
import { openPolicies, statement } from "../testing/open-policies.ts"

const DENY = JSON.stringify(statement({ Effect: "Deny", Action: "sqs:*" }))

const refused = (name: string, message: string | RegExp, Reason?: string) => ({
  name,
  message: expect.stringMatching(message) as string,
  ...(Reason && { Reason }),
})

test("a policy is made, read, changed and deleted", async () => {
  const { client, create, organization } = await openPolicies()
  const PolicyId = await create("no-queues", DENY)
  const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }))
  expect(Policy).toEqual({
    PolicySummary: {
      Id: expect.stringMatching(/^p-[0-9a-z]{8,}$/) as string,
      Arn: `arn:aws:organizations::${MANAGEMENT}:policy/${organization.Id}/service_control_policy/${PolicyId}`,
      Name: "no-queues",
      Description: "d",
      Type: "SERVICE_CONTROL_POLICY",
      AwsManaged: false,
    },
    Content: DENY,
  })
  // Recorded: the answer has only what was asked for.
  const changed = await client.send(new UpdatePolicyCommand({ PolicyId, Description: "queues" }))
  expect(changed.Policy?.PolicySummary).toMatchObject({ Id: PolicyId, Description: "queues" })
  expect(changed.Policy?.PolicySummary).not.toHaveProperty("Name")
  await client.send(new UpdatePolicyCommand({ PolicyId, Description: "" }))
  const { Policies } = await client.send(
    new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }),
  )
  expect(
    Policies?.map(({ Id, Name, Description, AwsManaged }) => [Id, Name, Description, AwsManaged]),
  ).toEqual(
    expect.arrayContaining([
      ["p-FullAWSAccess", "FullAWSAccess", "Allows access to every operation", true],
      [PolicyId, "no-queues", "queues", false],
    ]),
  )
  await expect(create("no-queues", DENY)).rejects.toMatchObject(
    refused("DuplicatePolicyException", "A policy with the same name already exists."),
  )
  await client.send(new DeletePolicyCommand({ PolicyId }))
  await expect(client.send(new DescribePolicyCommand({ PolicyId }))).rejects.toMatchObject(
    refused("PolicyNotFoundException", "You specified a policy that doesn't exist."),
  )
})

test("a policy has tags", async () => {
  const { client, create } = await openPolicies()
  const ResourceId = await create("tagged", DENY)
  await client.send(new TagResourceCommand({ ResourceId, Tags: [{ Key: "team", Value: "blue" }] }))
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceId }))
  expect(Tags).toEqual([{ Key: "team", Value: "blue" }])
})

test("SCP-6 enabling SCPs attaches FullAWSAccess everywhere, to new units too; disabling takes all off", async () => {
  const { client, root, enable, create, attach, attached, of } = await openPolicies()
  await inviteAccount({ client, of }, OTHER)
  expect(await attached(root)).toEqual([])
  const enabled = await enable("SERVICE_CONTROL_POLICY")
  expect(enabled?.PolicyTypes).toEqual([{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }])
  const unit = await client.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: "u" }))
  const unitId = unit.OrganizationalUnit?.Id ?? ""
  for (const target of [root, unitId, MANAGEMENT, OTHER])
    expect(await attached(target)).toEqual(["FullAWSAccess"])
  const asked = new ListTargetsForPolicyCommand({ PolicyId: "p-FullAWSAccess" })
  const { Targets } = await client.send(asked)
  expect(new Map(Targets?.map(({ TargetId, Type }) => [TargetId, Type]))).toEqual(
    new Map([
      [root, "ROOT"],
      [unitId, "ORGANIZATIONAL_UNIT"],
      [MANAGEMENT, "ACCOUNT"],
      [OTHER, "ACCOUNT"],
    ]),
  )
  await expect(enable("SERVICE_CONTROL_POLICY")).rejects.toMatchObject(
    refused("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled."),
  )
  const policy = await create("deny", DENY)
  await attach(policy, unitId)
  const off = { RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" } as const
  await client.send(new DisablePolicyTypeCommand(off))
  expect(await attached(unitId)).toEqual([])
  await enable("SERVICE_CONTROL_POLICY")
  expect(await attached(unitId)).toEqual(["FullAWSAccess"])
})

test("SCP-15 five SCPs at most hang on one target, and the last one stays", async () => {
  const { root, enable, create, attach, detach, attached } = await openPolicies()
  await enable("SERVICE_CONTROL_POLICY")
  const made = []
  for (const name of ["a", "b", "c", "d", "e"]) made.push(await create(name, DENY))
  for (const id of made.slice(0, 4)) await attach(id, root)
  await expect(attach(made[4] ?? "", root)).rejects.toMatchObject(
    refused(
      "ConstraintViolationException",
      "maximum number of policies",
      "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    ),
  )
  await expect(attach(made[0] ?? "", root)).rejects.toMatchObject(
    refused("DuplicatePolicyAttachmentException", "already attached"),
  )
  await detach("p-FullAWSAccess", root)
  for (const id of made.slice(0, 3)) await detach(id, root)
  await expect(detach(made[3] ?? "", root)).rejects.toMatchObject(
    refused(
      "ConstraintViolationException",
      "cannot remove the last policy",
      "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    ),
  )
  expect(await attached(root)).toEqual(["d"])
  await expect(detach(made[0] ?? "", root)).rejects.toMatchObject(
    refused("PolicyNotAttachedException", "isn't attached"),
  )
})

test("what is attached cannot be deleted; AWS's own policies cannot be changed at all", async () => {
  const { client, root, enable, create, attach, detach } = await openPolicies()
  const PolicyId = await create("deny", DENY)
  await expect(attach(PolicyId, root)).rejects.toMatchObject(
    refused("PolicyTypeNotEnabledException", "only for enabled policy types"),
  )
  await enable("SERVICE_CONTROL_POLICY")
  await attach(PolicyId, root)
  await expect(client.send(new DeletePolicyCommand({ PolicyId }))).rejects.toMatchObject(
    refused("PolicyInUseException", "attached to one or more entities"),
  )
  const fixed = { PolicyId: "p-FullAWSAccess" }
  await expect(client.send(new DeletePolicyCommand(fixed))).rejects.toMatchObject(
    refused("InvalidInputException", "managed by AWS", "IMMUTABLE_POLICY"),
  )
  await enable("RESOURCE_CONTROL_POLICY")
  await expect(detach("p-RCPFullAWSAccess", root)).rejects.toMatchObject({
    name: "InvalidInputException",
  })
  await expect(attach(PolicyId, "999999999999")).rejects.toMatchObject(
    refused("TargetNotFoundException", "You specified a target that doesn't exist."),
  )
})

test("ORG-7 an organization of consolidated billing has no policies", async () => {
  const { enable, create } = await openPolicies("CONSOLIDATED_BILLING")
  const unavailable = { name: "PolicyTypeNotAvailableForOrganizationException" }
  await expect(enable("SERVICE_CONTROL_POLICY")).rejects.toMatchObject(unavailable)
  await expect(create("deny", DENY)).rejects.toMatchObject(unavailable)
})

test("ORG-13 SCPs have up to 5,120 characters, tag and backup policies 10,000, AI opt-outs 2,500", async () => {
  const { create } = await openPolicies()
  const sizes = [
    ["SERVICE_CONTROL_POLICY", 5_120, DENY],
    ["TAG_POLICY", 10_000, '{"tags":{}}'],
    ["BACKUP_POLICY", 10_000, '{"plans":{}}'],
    ["AISERVICES_OPT_OUT_POLICY", 2_500, '{"services":{}}'],
  ] as const
  for (const [type, most, content] of sizes) {
    await create("fits", content.padEnd(most), type)
    await expect(create("long", content.padEnd(most + 1), type)).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "POLICY_CONTENT_LIMIT_EXCEEDED",
    })
  }
})

/** "SCP syntax", and as recorded of RCPs. */
test.each<[PolicyType, boolean, string, object]>([
  [
    "SERVICE_CONTROL_POLICY",
    true,
    "Allow with a condition",
    { Effect: "Allow", Action: "ec2:*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
  ],
  ["SERVICE_CONTROL_POLICY", true, "NotAction with Allow", { Effect: "Allow", NotAction: "ec2:*" }],
  ["SERVICE_CONTROL_POLICY", true, "a wildcard in the middle", { Action: "ec2:*Vpc*" }],
  ["SERVICE_CONTROL_POLICY", false, "a principal", { Action: "ec2:*", Principal: "*" }],
  ["SERVICE_CONTROL_POLICY", false, "no action", {}],
  ["RESOURCE_CONTROL_POLICY", true, "Deny for all", { Action: "sqs:*", Principal: "*" }],
  [
    "RESOURCE_CONTROL_POLICY",
    true,
    "an action in capitals",
    { Action: "SQS:SendMessage", Principal: { AWS: "*" } },
  ],
  ["RESOURCE_CONTROL_POLICY", false, "Allow", { Effect: "Allow", Action: "sqs:*", Principal: "*" }],
  ["RESOURCE_CONTROL_POLICY", false, "all actions", { Action: "*", Principal: "*" }],
  ["RESOURCE_CONTROL_POLICY", false, "a service without RCPs", { Action: "iam:*", Principal: "*" }],
  ["RESOURCE_CONTROL_POLICY", false, "one account", { Action: "sqs:*", Principal: { AWS: OTHER } }],
  ["RESOURCE_CONTROL_POLICY", false, "NotAction", { NotAction: "sqs:*", Principal: "*" }],
  ["RESOURCE_CONTROL_POLICY", false, "nobody", { Action: "sqs:*" }],
])("%s: %s for %s", async (type, taken, _what, said) => {
  const { create } = await openPolicies()
  const made = create("p", statement({ Effect: "Deny", ...said }), type)
  if (taken) expect(await made).toMatch(/^p-/)
  else
    await expect(made).rejects.toMatchObject(
      refused(
        "MalformedPolicyDocumentException",
        "^The provided policy document does not meet the requirements of the specified policy type.$",
      ),
    )
})

test("members may not read or change the organization's policies", async () => {
  const { client, of } = await openPolicies()
  await inviteAccount({ client, of }, OTHER)
  const asked = new ListPoliciesCommand({ Filter: "TAG_POLICY" })
  await expect(of(OTHER).send(asked)).rejects.toMatchObject({ name: "AccessDeniedException" })
})
