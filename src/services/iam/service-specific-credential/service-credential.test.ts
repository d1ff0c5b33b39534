import {
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteUserCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  ResetServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const UserName = "alice"
const GIT = "codecommit.amazonaws.com"

async function withUser() {
  const { client, cloud } = await openIam()
  await client.send(new CreateUserCommand({ UserName }))
  const create = async (ServiceName = GIT, name = UserName) =>
    (await client.send(new CreateServiceSpecificCredentialCommand({ UserName: name, ServiceName })))
      .ServiceSpecificCredential
  const list = async (ServiceName?: string) =>
    (await client.send(new ListServiceSpecificCredentialsCommand({ UserName, ServiceName })))
      .ServiceSpecificCredentials
  return { client, cloud, create, list }
}

test.each([GIT, "cassandra.amazonaws.com"])(
  "credentials of %s live as recorded",
  async (service) => {
    const { client, create, list } = await withUser()
    const made = await create(service)
    if (!made) throw new Error("no credential")
    const { ServicePassword, ...shown } = made
    expect(shown).toEqual({
      ...{ UserName, ServiceName: service, Status: "Active" },
      ServiceUserName: `alice-at-${ACCOUNT}`,
      CreateDate: expect.any(Date),
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
    })
    expect(ServicePassword).toMatch(/^[A-Za-z0-9+/]{43}=$/)
    expect(await list()).toEqual([shown])
    const { ServiceSpecificCredentialId } = shown
    const one = { UserName, ServiceSpecificCredentialId }
    await client.send(new UpdateServiceSpecificCredentialCommand({ ...one, Status: "Inactive" }))
    const off = { ...shown, Status: "Inactive" }
    expect(await list()).toEqual([off])
    const reset = await client.send(new ResetServiceSpecificCredentialCommand(one))
    expect(reset.ServiceSpecificCredential).toMatchObject(off)
    expect(reset.ServiceSpecificCredential?.ServicePassword).not.toBe(ServicePassword)
    await client.send(new DeleteServiceSpecificCredentialCommand(one))
    expect(await list()).toEqual([])
  },
)

test.each([
  ["bedrock.amazonaws.com", "ABSK"],
  ["logs.amazonaws.com", "ACWL"],
])("an API key of %s is told once, and ends when it was made to", async (ServiceName, prefix) => {
  const { client, list, cloud } = await withUser()
  const input = { UserName, ServiceName, CredentialAgeDays: 30 }
  const create = new CreateServiceSpecificCredentialCommand(input)
  const { ServiceSpecificCredential: made } = await client.send(create)
  if (!made?.CreateDate) throw new Error("no credential")
  const { ServiceCredentialSecret: secret = "", ...shown } = made
  // As users of AWS quote it.
  expect(shown).toEqual({
    ...{ UserName, ServiceName, Status: "Active" },
    ServiceCredentialAlias: `alice-at-${ACCOUNT}`,
    CreateDate: expect.any(Date) as Date,
    ExpirationDate: new Date(made.CreateDate.getTime() + 30 * 86_400_000),
    ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/) as string,
  })
  expect(secret.slice(0, 4)).toBe(prefix)
  expect(Buffer.from(secret.slice(4), "base64").toString()).toMatch(
    new RegExp(`^alice-at-${ACCOUNT}:[A-Za-z0-9+/]{43}=$`),
  )
  expect(await list(ServiceName)).toEqual([shown])
  const { ServiceSpecificCredentialId } = shown
  const reset = new ResetServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })
  const { ServiceSpecificCredential: again } = await client.send(reset)
  expect(again?.ServiceCredentialSecret).toMatch(new RegExp(`^${prefix}`))
  expect(again?.ServiceCredentialSecret).not.toBe(secret)
  await cloud.advance("30d")
  expect(await list()).toEqual([{ ...shown, Status: "Expired" }])
})

test("passwords do not end; all users' and one user's credentials are not asked for at once", async () => {
  const { client, create, list } = await withUser()
  const aging = { UserName, ServiceName: GIT, CredentialAgeDays: 30 }
  expect(await refusalOf(client.send(new CreateServiceSpecificCredentialCommand(aging)))).toMatch(
    /^400 InvalidInput: /,
  )
  expect(await list()).toEqual([])
  await create()
  const all = (more: object) =>
    client.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true, ...more }))
  expect((await all({})).ServiceSpecificCredentials).toHaveLength(1)
  expect(await refusalOf(all({ UserName }))).toMatch(/^400 InvalidInput: /)
})

test("a user has two of a service at most, under different names", async () => {
  const { create } = await withUser()
  await create()
  expect((await create())?.ServiceUserName).toBe(`alice+1-at-${ACCOUNT}`)
  expect(await refusalOf(create())).toBe(
    "409 LimitExceeded: Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2",
  )
})

test("unknown users come before unknown services", async () => {
  const { create, list } = await withUser()
  const noUser = "404 NoSuchEntity: The user with name nobody cannot be found."
  expect(await refusalOf(create(GIT, "nobody"))).toBe(noUser)
  expect(await refusalOf(create("lambda.amazonaws.com", "nobody"))).toBe(noUser)
  const noService =
    "404 NoSuchEntity: No such service lambda.amazonaws.com is supported for Service Specific Credentials"
  expect(await refusalOf(create("lambda.amazonaws.com"))).toBe(noService)
  expect(await refusalOf(list("lambda.amazonaws.com"))).toBe(noService)
})

test("a credential is its user's, who cannot go before it", async () => {
  const { client, create } = await withUser()
  const { ServiceSpecificCredentialId } = (await create()) ?? {}
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must remove referenced objects first.",
  )
  const reset = (name: string, id: string | undefined) =>
    client.send(
      new ResetServiceSpecificCredentialCommand({
        UserName: name,
        ServiceSpecificCredentialId: id,
      }),
    )
  expect(await refusalOf(reset("wrong", ServiceSpecificCredentialId))).toBe(
    "404 NoSuchEntity: The user with name wrong cannot be found.",
  )
  const wrongId = "satisfiesregexbutstillinvalid"
  expect(await refusalOf(reset(UserName, wrongId))).toBe(
    `404 NoSuchEntity: No such credential ${wrongId} exists`,
  )
})

test("policies say of which service's credentials they are", async () => {
  const { client, cloud } = await openIam()
  const { credentials } = await newUser(client, UserName, {
    ...{ Action: "iam:*ServiceSpecificCredential", Resource: "*" },
    Condition: { StringEquals: { "iam:ServiceSpecificCredentialServiceName": GIT } },
  })
  const own = cloud.client(IAMClient, { credentials })
  const make = (by: IAMClient, ServiceName: string) =>
    by.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }))
  const { ServiceSpecificCredential: git } = await make(own, GIT)
  const cassandra = "cassandra.amazonaws.com"
  expect(await refusalOf(make(own, cassandra))).toMatch(/AccessDenied/)
  const { ServiceSpecificCredential: other } = await make(client, cassandra)
  const remove = (ServiceSpecificCredentialId = "") =>
    refusalOf(own.send(new DeleteServiceSpecificCredentialCommand({ ServiceSpecificCredentialId })))
  expect(await remove(other?.ServiceSpecificCredentialId)).toMatch(/AccessDenied/)
  expect(await remove(git?.ServiceSpecificCredentialId)).toBe("no refusal")
})
