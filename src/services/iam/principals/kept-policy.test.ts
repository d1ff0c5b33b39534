import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { AssumeRoleCommand, GetFederationTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { openInProcess } from "../../../gateway/testing/in-process.ts"
import { keysOf, newUser, policyOf, type Keys } from "../../../gateway/testing/identity.ts"
import { refusalWithStatus as refusalOf } from "../../../gateway/testing/refusal.ts"
import { KEEPERS, type Keeper } from "./testing/kept-by.ts"

const ACCOUNT = "111122223333"
const OTHER = "444455556666"
const root = (account: string): string => `arn:aws:iam::${account}:root`
const userArn = (name: string): string => `arn:aws:iam::${OTHER}:user/${name}`
const ANYTHING = { Action: "*", Resource: "*" }
const DEAD = /^A(?:IDA|ROA)[A-Z2-7]{17}$/

/** What each refuses a principal with that is not there. */
const REFUSALS: Readonly<Record<string, string>> = {
  bucket: "400 MalformedPolicy: Invalid principal in policy",
  "access point": "400 MalformedPolicy: Invalid principal in policy",
  queue: "400 InvalidAttributeValue: Invalid value for the parameter Policy.",
  key: "400 MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.",
  secret:
    "400 MalformedPolicyDocumentException: This resource policy contains an unsupported principal.",
  table:
    "400 ValidationException: One or more parameter values were invalid: Invalid policy document: Invalid principal in policy: ",
  vault: "400 InvalidParameterValueException: ",
  "vault lock": "400 InvalidParameterValueException: ",
  parameter: "400 MalformedResourcePolicyDocumentException: Invalid principal in policy: ",
  authority: "400 InvalidPolicyException: Invalid principal in policy: ",
}

async function open(kind = "queue") {
  const cloud = await openInProcess({ account: ACCOUNT })
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" }
  const keeper = (await KEEPERS[kind]?.({ cloud, account: ACCOUNT })) as Keeper
  const { arn: Resource, action } = keeper
  const iam = cloud.client(IAMClient, { credentials })
  // The account is in this cloud, so that who is not in the account is nowhere.
  await iam.send(new CreateUserCommand({ UserName: "somebody" }))
  return {
    ...{ cloud, iam, keeper },
    sts: cloud.client(STSClient, { credentials }),
    /** Gives the principal what `use` needs; the account itself may do all. */
    give: (Principal: object, more: object = {}) =>
      keeper.put(
        policyOf(
          { Principal: { AWS: root(ACCOUNT) }, Action: action.replace(/:.*/, ":*"), Resource },
          { Principal, Action: action, Resource, ...more },
        ),
      ),
    /** Who is given something beside the account. */
    async given(): Promise<unknown> {
      const { Statement } = JSON.parse((await keeper.get()) ?? "") as {
        Statement: { Principal?: { AWS?: unknown }; NotPrincipal?: { AWS?: unknown } }[]
      }
      return (Statement[1]?.Principal ?? Statement[1]?.NotPrincipal)?.AWS
    },
    async remove(UserName: string, { accessKeyId: AccessKeyId }: Keys) {
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "p" }))
      await iam.send(new DeleteUserCommand({ UserName }))
    },
    async role(RoleName: string, Path = "/") {
      const AssumeRolePolicyDocument = policyOf({
        ...{ Principal: { AWS: OTHER }, Action: "sts:AssumeRole" },
      })
      await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }))
    },
  }
}

test.each(Object.keys(KEEPERS))(
  "the policy of a %s names users, and not their names",
  async (kind) => {
    const { iam, give, given, keeper, remove } = await open(kind)
    const { use } = keeper
    const refused = await refusalOf(give({ AWS: userArn("ann") }))
    expect(refused.slice(0, REFUSALS[kind]?.length)).toBe(REFUSALS[kind])

    const { credentials } = await newUser(iam, "ann", ANYTHING)
    expect(await refusalOf(use(credentials))).not.toBe("no refusal")
    await give({ AWS: userArn("ann") })
    expect(await given()).toBe(userArn("ann"))
    await use(credentials)

    const moved = { UserName: "ann", NewUserName: "anna", NewPath: "/eng/" }
    await iam.send(new UpdateUserCommand(moved))
    expect(await given()).toBe(userArn("eng/anna"))
    await use(credentials)
    const second = await newUser(iam, "ann", ANYTHING)
    expect(await refusalOf(use(second.credentials))).not.toBe("no refusal")

    await remove("anna", credentials)
    expect(await given()).toMatch(DEAD)
    const third = await newUser(iam, "anna", ANYTHING)
    expect(await given()).toMatch(DEAD)
    expect(await refusalOf(use(third.credentials))).not.toBe("no refusal")
    // What is shown of who is gone cannot be put back.
    if (kind !== "vault lock" && kind !== "parameter")
      expect(await refusalOf(keeper.put((await keeper.get()) ?? ""))).toBe(
        await refusalOf(give({ AWS: await given() })),
      )
  },
)

test("S3 tells which principal is not there", async () => {
  const { give } = await open("bucket")
  const error: unknown = await give({ AWS: [root(OTHER), userArn("ann")] }).catch((one) => one)
  expect(error).toMatchObject({ Code: "MalformedPolicy", Detail: `"AWS" : "${userArn("ann")}"` })
})

test("a role is its unique id, whatever its path; so is one session of it", async () => {
  const { iam, sts, give, given, keeper, role } = await open()
  await role("Worker", "/eng/")
  const RoleArn = `arn:aws:iam::${OTHER}:role/eng/Worker`
  const PolicyDocument = policyOf(ANYTHING)
  const inline = { RoleName: "Worker", PolicyName: "p", PolicyDocument }
  await iam.send(new PutRolePolicyCommand(inline))
  const session = async (RoleSessionName: string) =>
    keysOf((await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))).Credentials)
  expect(await refusalOf(give({ AWS: RoleArn.replace("eng/", "") }))).toMatch(/InvalidAttribute/)
  await give({ AWS: RoleArn })
  await keeper.use(await session("one"))
  const one = `arn:aws:sts::${OTHER}:assumed-role/Worker/one`
  await give({ AWS: one })
  expect(await given()).toBe(one)
  await keeper.use(await session("one"))
  expect(await refusalOf(keeper.use(await session("two")))).toMatch(/AccessDenied/)
  expect(await refusalOf(give({ AWS: one.replace("Worker", "Nobody") }))).toMatch(/InvalidAttr/)
})

test("a role that is made anew is another", async () => {
  const { iam, give, given, role } = await open()
  await role("Worker")
  await give({ AWS: [`arn:aws:iam::${OTHER}:role/Worker`, OTHER] })
  await iam.send(new DeleteRoleCommand({ RoleName: "Worker" }))
  await role("Worker")
  expect(await given()).toEqual([expect.stringMatching(DEAD), OTHER])
})

test("a Deny, and whom NotPrincipal spares, go with the user", async () => {
  const { iam, give, given, keeper } = await open()
  const { credentials } = await newUser(iam, "ann", ANYTHING)
  const spared = [userArn("ann"), root(OTHER), root(ACCOUNT)]
  const all = { Principal: undefined, NotPrincipal: { AWS: spared }, Effect: "Deny" }
  await give({}, { ...all, Action: "sqs:DeleteMessage" })
  expect(await given()).toEqual(spared)
  await iam.send(new UpdateUserCommand({ UserName: "ann", NewUserName: "bob" }))
  expect(await given()).toEqual([userArn("bob"), ...spared.slice(1)])
  await give({ AWS: userArn("bob") })
  await keeper.use(credentials)
  const nobody = { ...all, NotPrincipal: { AWS: userArn("ann") } }
  expect(await refusalOf(give({}, nobody))).toMatch(/InvalidAttributeValue/)
})

test("accounts, federated users, everybody and services are there, unknown services are not", async () => {
  const { sts, give, given, keeper } = await open()
  for (const AWS of ["999988887777", root("999988887777"), "*"]) {
    await give({ AWS })
    expect(await given()).toBe(AWS)
  }
  const federated = `arn:aws:sts::${OTHER}:federated-user/fred`
  await give({ AWS: federated })
  const Policy = policyOf(ANYTHING)
  const { Credentials } = await sts.send(new GetFederationTokenCommand({ Name: "fred", Policy }))
  await keeper.use(keysOf(Credentials))
  for (const Service of [
    ...["sns.amazonaws.com", "delivery.logs.amazonaws.com", "logs.eu-west-1.amazonaws.com"],
    ...["ecs-tasks.amazonaws.com", "ec2.amazonaws.com.cn", "storage-lens.s3.amazonaws.com"],
  ])
    await give({ Service })
  for (const Service of ["nonsense.amazonaws.com", "sns.example.com", "sns", "us-east-1"])
    expect(await refusalOf(give({ Service })), Service).toMatch(/InvalidAttributeValue/)
})

test("a unique id stands for who has it, and for nobody else", async () => {
  const { iam, give, given, keeper, remove } = await open()
  const { credentials } = await newUser(iam, "ann", ANYTHING)
  await give({ AWS: userArn("ann") })
  await remove("ann", credentials)
  const dead = await given()
  const { credentials: later } = await newUser(iam, "ann", ANYTHING)
  expect(await refusalOf(give({ AWS: dead }))).toMatch(/InvalidAttributeValue/)
  const { User } = await iam.send(new GetUserCommand({ UserName: "ann" }))
  await give({ AWS: User?.UserId })
  expect(await given()).toBe(userArn("ann"))
  await keeper.use(later)
})

test("a policy stays as it was written but for the names of principals", async () => {
  const { iam, keeper, remove } = await open()
  const { credentials } = await newUser(iam, "ann", ANYTHING)
  const text = `{
    "Version" : "2012-10-17",  "Statement":[ {"Effect":"Allow", "Action":"sqs:SendMessage",
    "Principal":{"AWS": [ "${userArn("ann")}" ]}, "Resource":"${keeper.arn}",
    "Condition":{"ArnEquals":{"aws:PrincipalArn":"${userArn("ann")}"}} } ] }`
  await keeper.put(text)
  expect(await keeper.get()).toBe(text)
  await remove("ann", credentials)
  const [kept = "", condition] = ((await keeper.get()) ?? "").split('"Condition"')
  expect(kept).not.toContain(userArn("ann"))
  expect(condition).toContain(userArn("ann"))
})

test("a bucket's policy may name an account by its canonical user id", async () => {
  const { cloud, iam, give, keeper } = await open("bucket")
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" }
  const { Owner } = await cloud.client(S3Client, { credentials }).send(new ListBucketsCommand({}))
  await give({ CanonicalUser: Owner?.ID })
  await keeper.use(credentials)
  const ann = await newUser(iam, "ann")
  expect(await refusalOf(keeper.use(ann.credentials))).toMatch(/AccessDenied/)
  await ann.may(ANYTHING)
  await keeper.use(ann.credentials)
  const stranger = { accessKeyId: "777788889999", secretAccessKey: "test" }
  expect(await refusalOf(keeper.use(stranger))).toMatch(/AccessDenied/)
  expect(await refusalOf(give({ CanonicalUser: "ann" }))).toMatch(/MalformedPolicy/)
})

test("a role of an account that is not in this cloud is taken by its name, until the account is here", async () => {
  const { cloud, give, given } = await open()
  const partners = "777788889999"
  const arns = [
    `arn:aws:iam::${partners}:role/partner`,
    `arn:aws:sts::${partners}:assumed-role/partner/one`,
  ]
  await give({ AWS: arns })
  expect(await given()).toEqual(arns)
  const credentials = { accessKeyId: partners, secretAccessKey: "test" }
  const iam = cloud.client(IAMClient, { credentials })
  await iam.send(new CreateUserCommand({ UserName: "somebody" }))
  expect(await given()).toEqual(arns)
  for (const AWS of arns) expect(await refusalOf(give({ AWS }))).toBe(REFUSALS["queue"])
})
