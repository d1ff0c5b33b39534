import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type IAMClient,
  type SimulateCustomPolicyCommandInput,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { ALLOW_ALL, policy, statement, TRUST_EC2 } from "../../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../../testing/open-iam.ts"
import { openUser } from "../../testing/open-user.ts"

const USER = `arn:aws:iam::${ACCOUNT}:user/bob`
const BUCKET = "arn:aws:s3:::bucket"

async function principal(client: IAMClient, input: Partial<SimulatePrincipalPolicyCommandInput>) {
  const { EvaluationResults = [] } = await client.send(
    new SimulatePrincipalPolicyCommand({
      ...{ PolicySourceArn: USER, ActionNames: ["s3:GetObject"] },
      ...input,
    }),
  )
  return EvaluationResults
}

async function custom(client: IAMClient, input: Partial<SimulateCustomPolicyCommandInput>) {
  const { EvaluationResults = [] } = await client.send(
    new SimulateCustomPolicyCommand({
      ...{ PolicyInputList: [ALLOW_ALL], ActionNames: ["s3:GetObject"] },
      ...input,
    }),
  )
  return EvaluationResults
}

const decisions = (results: Awaited<ReturnType<typeof principal>>) =>
  results.map(({ EvalDecision }) => EvalDecision)

test("the answer is as AWS's: recorded", async () => {
  const { client } = await openUser()
  const PolicyDocument = `{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}`
  const { Policy } = await client.send(
    new CreatePolicyCommand({ PolicyName: "put", PolicyDocument }),
  )
  await client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn: Policy?.Arn }))
  const matched = {
    ...{ SourcePolicyId: "put", SourcePolicyType: "IAM Policy" },
    StartPosition: { Line: 1, Column: 41 },
    EndPosition: { Line: 1, Column: 113 },
  }
  const shared = { EvalResourceName: BUCKET, MissingContextValues: [] }
  expect(
    await principal(client, {
      ActionNames: ["s3:PutObject", "s3:GetObjectVersion"],
      ResourceArns: [BUCKET],
    }),
  ).toEqual([
    {
      ...{ ...shared, EvalActionName: "s3:PutObject", EvalDecision: "allowed" },
      ...{ EvalDecisionDetails: {}, MatchedStatements: [matched] },
      ResourceSpecificResults: [
        { ...shared, EvalResourceDecision: "allowed", MatchedStatements: [matched] },
      ],
    },
    {
      ...{ ...shared, EvalActionName: "s3:GetObjectVersion", EvalDecision: "implicitDeny" },
      ...{ EvalDecisionDetails: {}, MatchedStatements: [] },
      ResourceSpecificResults: [
        { ...shared, EvalResourceDecision: "implicitDeny", MatchedStatements: [] },
      ],
    },
  ])
})

test("a user has the policies of its groups too; a group and a role their own", async () => {
  const { client } = await openUser()
  await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  await client.send(new AddUserToGroupCommand({ GroupName: "staff", UserName: "bob" }))
  const PolicyDocument = statement("Allow", "s3:Get*")
  await client.send(
    new PutGroupPolicyCommand({ GroupName: "staff", PolicyName: "read", PolicyDocument }),
  )
  const [result] = await principal(client, {})
  expect(result).toMatchObject({ EvalDecision: "allowed", EvalResourceName: "*" })
  expect(result?.MatchedStatements?.[0]?.SourcePolicyId).toBe("group_staff_read")
  const PolicySourceArn = `arn:aws:iam::${ACCOUNT}:group/staff`
  expect(decisions(await principal(client, { PolicySourceArn }))).toEqual(["allowed"])

  const { Role } = await client.send(
    new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }),
  )
  const ofRole = { PolicySourceArn: Role?.Arn ?? "" }
  expect(decisions(await principal(client, ofRole))).toEqual(["implicitDeny"])
  await client.send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "x", PolicyDocument }))
  expect(decisions(await principal(client, ofRole))).toEqual(["allowed"])
})

test("a Deny wins; policies of the request count with those of the principal", async () => {
  const { client, may } = await openUser()
  await may(ALLOW_ALL)
  const [result] = await principal(client, { PolicyInputList: [statement("Deny", "s3:GetObject")] })
  expect(result).toMatchObject({ EvalDecision: "explicitDeny" })
  // Of what a Deny decides the Allows are not told, and of `*` no details of accounts.
  expect(result?.MatchedStatements?.map(({ SourcePolicyId: id }) => id)).toEqual([
    "PolicyInputList.1",
  ])
  expect(result).not.toHaveProperty("EvalDecisionDetails")
})

test("a permissions boundary limits, and is told of", async () => {
  const { client, may } = await openUser()
  await may(ALLOW_ALL)
  const { Policy } = await client.send(
    new CreatePolicyCommand({ PolicyName: "b", PolicyDocument: statement("Allow", "sqs:*") }),
  )
  await client.send(
    new PutUserPermissionsBoundaryCommand({ UserName: "bob", PermissionsBoundary: Policy?.Arn }),
  )
  const ActionNames = ["s3:GetObject", "sqs:SendMessage"]
  const own = await principal(client, { ActionNames })
  expect(decisions(own)).toEqual(["implicitDeny", "allowed"])
  expect(own.map((one) => one.PermissionsBoundaryDecisionDetail)).toEqual([
    { AllowedByPermissionsBoundary: false },
    { AllowedByPermissionsBoundary: true },
  ])
  const other = await principal(client, {
    ActionNames,
    PermissionsBoundaryPolicyInputList: [statement("Allow", "s3:*")],
  })
  expect(decisions(other)).toEqual(["allowed", "implicitDeny"])
  const two = { PermissionsBoundaryPolicyInputList: [ALLOW_ALL, ALLOW_ALL] }
  expect(await refusalOf(principal(client, two))).toMatch(/^400 InvalidInput/)
})

test("conditions look at the keys of the request, and tell which are missing", async () => {
  const { client } = await openIam()
  const when = (Condition: object) =>
    policy({ Effect: "Allow", Action: "s3:*", Resource: "*", Condition })
  const run = (condition: object, ...ContextEntries: object[]) =>
    custom(client, { PolicyInputList: [when(condition)], ContextEntries })
  const ip = {
    IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
    Bool: { "aws:MultiFactorAuthPresent": "true" },
  }
  const [without] = await run(ip)
  expect(without?.EvalDecision).toBe("implicitDeny")
  expect(without?.MissingContextValues).toEqual(["aws:SourceIp", "aws:MultiFactorAuthPresent"])
  const entry = (
    ContextKeyName: string,
    ContextKeyType: string,
    ...ContextKeyValues: string[]
  ) => ({
    ...{ ContextKeyName, ContextKeyType, ContextKeyValues },
  })
  const mfa = entry("aws:multifactorauthpresent", "boolean", "true")
  const [held] = await run(ip, entry("aws:SourceIp", "ip", "10.1.2.3"), mfa)
  expect([held?.EvalDecision, held?.MissingContextValues]).toEqual(["allowed", []])
  const tags = { "ForAnyValue:StringEquals": { "aws:TagKeys": "team" } }
  expect(decisions(await run(tags, entry("aws:TagKeys", "stringList", "a", "team")))).toEqual([
    "allowed",
  ])
  expect(await refusalOf(run(ip, entry("aws:SourceIp", "ip", "here")))).toMatch(/^400 InvalidInput/)
  expect(await refusalOf(run(ip, entry("app:size", "numeric", "ten")))).toMatch(/^400 InvalidInput/)
})

test("a resource's policy is asked for a caller; between accounts both sides must allow", async () => {
  const { client } = await openUser()
  const resource = (Principal: object, Effect = "Allow") =>
    policy({ Effect, Principal, Action: "s3:*", Resource: BUCKET })
  const input = {
    ...{ PolicyInputList: [statement("Allow", "sqs:*")], ResourceArns: [BUCKET] },
    ...{ CallerArn: USER, ResourcePolicy: resource({ AWS: USER }) },
  }
  const [own] = await custom(client, input)
  expect(own).toMatchObject({ EvalDecision: "allowed", EvalDecisionDetails: {} })
  expect(own?.MatchedStatements?.[0]).toMatchObject({
    ...{ SourcePolicyId: "ResourcePolicy", SourcePolicyType: "Resource Policy" },
  })
  const [foreign] = await custom(client, { ...input, ResourceOwner: "210987654321" })
  expect(foreign).toMatchObject({
    EvalDecision: "implicitDeny",
    EvalDecisionDetails: { "IAM Policy": "implicitDeny", "Resource Policy": "allowed" },
  })
  const { CallerArn: _caller, ...nobody } = input
  expect(await refusalOf(custom(client, nobody))).toBe(
    "400 InvalidInput: CallerArn must be the ARN of an IAM user.",
  )
})

test("a scenario of EC2 needs all its resources, and is one result", async () => {
  const { client } = await openIam()
  const arn = (what: string) => `arn:aws:ec2:us-east-1:${ACCOUNT}:${what}`
  const ResourceArns = ["instance/*", "image/ami-1", "security-group/sg-1"].map(arn)
  const only = policy({ Effect: "Allow", Action: "ec2:*", Resource: ResourceArns.slice(0, 2) })
  const input = {
    ...{ PolicyInputList: [only], ActionNames: ["ec2:RunInstances"], ResourceArns },
    ResourceHandlingOption: "EC2-Classic-InstanceStore",
  }
  const [result, ...others] = await custom(client, input)
  expect(others).toEqual([])
  expect(result?.EvalDecision).toBe("implicitDeny")
  expect(result?.ResourceSpecificResults?.map((one) => one.EvalResourceDecision)).toEqual([
    ...["allowed", "allowed", "implicitDeny"],
  ])
  const incomplete = { ...input, ResourceHandlingOption: "EC2-VPC-EBS" }
  expect(await refusalOf(custom(client, incomplete))).toContain("network-interface, volume")
})

test("results come in pages", async () => {
  const { client } = await openIam()
  const input = {
    ...{ PolicyInputList: [ALLOW_ALL], MaxItems: 2 },
    ActionNames: ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"],
  }
  const first = await client.send(new SimulateCustomPolicyCommand(input))
  expect(first.IsTruncated).toBe(true)
  const { Marker } = first
  const second = await client.send(new SimulateCustomPolicyCommand({ ...input, Marker }))
  expect(second.EvaluationResults?.map(({ EvalActionName: name }) => name)).toEqual([
    "sqs:SendMessage",
  ])
})

test("what is no principal, no action and no policy is refused", async () => {
  const { client, of } = await openUser()
  expect(await refusalOf(principal(client, { PolicySourceArn: `${USER}by` }))).toBe(
    "404 NoSuchEntity: The user with name bobby cannot be found.",
  )
  expect(await refusalOf(principal(of("210987654321"), {}))).toMatch(/^400 InvalidInput/)
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/me`
  expect(await refusalOf(principal(client, { PolicySourceArn: session }))).toBe(
    `400 InvalidInput: Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
  )
  expect(await refusalOf(principal(client, { ActionNames: ["s3:Get*"] }))).toMatch(/InvalidInput/)
  expect(await refusalOf(custom(client, { PolicyInputList: ["{}"] }))).toMatch(/InvalidInput/)
})

test("IAM-55 the simulation decides as the real call", async () => {
  const { client, may, keys, cloud } = await openUser()
  await client.send(new CreateUserCommand({ UserName: "alice" }))
  const queue = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`
  const documents = [
    ALLOW_ALL,
    statement("Deny", "sqs:CreateQueue"),
    policy({ Effect: "Allow", Action: "sqs:*", Resource: queue("${aws:username}-*") }),
    policy({ Effect: "Allow", NotAction: "sqs:DeleteQueue", Resource: "*" }),
    policy({ Effect: "Allow", Action: "sqs:*", NotResource: queue("bob-*") }),
    policy(
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: "sqs:Create*", Resource: queue("alice-*") },
    ),
  ]
  const sqs = cloud.client(SQSClient, { credentials: keys })
  const seen = new Set<string>()
  for (const document of documents) {
    await may(document)
    for (const QueueName of ["bob-jobs", "alice-jobs"]) {
      const real = await sqs.send(new CreateQueueCommand({ QueueName })).then(
        () => "allowed",
        (error: Error) =>
          error.message.includes("explicit deny") ? "explicitDeny" : "implicitDeny",
      )
      const simulated = await principal(client, {
        ...{ ActionNames: ["sqs:CreateQueue"], ResourceArns: [queue(QueueName)] },
      })
      expect([document, QueueName, ...decisions(simulated)]).toEqual([document, QueueName, real])
      seen.add(real)
    }
  }
  expect([...seen].toSorted()).toEqual(["allowed", "explicitDeny", "implicitDeny"])
})

test("the context keys of policies are told, each once", async () => {
  const { client, may } = await openUser()
  const document = policy({
    ...{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" },
    Condition: {
      StringEquals: { "aws:PrincipalTag/team": "${aws:RequestTag/team, 'none'}" },
      StringLike: { "aws:principaltag/team": "a*", "s3:prefix": "${*}" },
    },
  })
  const keys = ["aws:username", "aws:RequestTag/team", "aws:PrincipalTag/team", "s3:prefix"]
  const PolicyInputList = [document]
  const given = await client.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }))
  expect(given.ContextKeyNames).toEqual(keys)
  await may(document)
  const own = await client.send(
    new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: USER }),
  )
  expect(own.ContextKeyNames).toEqual(keys)
  await client.send(
    new PutUserPolicyCommand({ UserName: "bob", PolicyName: "own", PolicyDocument: ALLOW_ALL }),
  )
  const none = await client.send(
    new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: USER }),
  )
  expect(none.ContextKeyNames).toEqual([])
})
