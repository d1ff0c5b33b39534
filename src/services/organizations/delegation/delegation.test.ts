import {
  DeregisterDelegatedAdministratorCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  ListAccountsCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization, OTHER } from "../testing/open-organization.ts"

const ServicePrincipal = "config.amazonaws.com"

test("services are let into an organization and out of it", async () => {
  const { client } = await openOrganization()
  const list = async () =>
    (await client.send(new ListAWSServiceAccessForOrganizationCommand({}))).EnabledServicePrincipals
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  expect(await list()).toEqual([{ ServicePrincipal, DateEnabled: expect.any(Date) }])
  await client.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }))
  expect(await list()).toEqual([])
  const unknown = { ServicePrincipal: "nonsense.amazonaws.com" }
  expect(await refusalOf(client.send(new EnableAWSServiceAccessCommand(unknown)))).toBe(
    "400 InvalidInputException: You specified an unrecognized service principal.",
  )
})

test("a delegated administrator reads the organization and changes nothing", async () => {
  const { client, of } = await openOrganization()
  await inviteAccount({ client, of }, OTHER)
  const register = (AccountId: string) =>
    client.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }))
  expect(await refusalOf(register(OTHER))).toMatch(
    /^400 ConstraintViolationException: .*EnableAWSServiceAccess API first/,
  )
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  const member = of(OTHER)
  const accounts = () => refusalOf(member.send(new ListAccountsCommand({})))
  expect(await accounts()).toMatch(/^400 AccessDeniedException/)
  await register(OTHER)
  expect(await accounts()).toBe("no refusal")
  const tag = new TagResourceCommand({ ResourceId: OTHER, Tags: [{ Key: "a", Value: "1" }] })
  expect(await refusalOf(member.send(tag))).toMatch(/^400 AccessDeniedException/)
  expect(await refusalOf(register(OTHER))).toMatch(/^400 AccountAlreadyRegisteredException/)
  const own = await register(MANAGEMENT).catch((error: Error) => error)
  expect(own).toMatchObject({ Reason: "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR" })
  const listed = await client.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal }))
  expect(listed.DelegatedAdministrators).toMatchObject([
    { Id: OTHER, DelegationEnabledDate: expect.any(Date) },
  ])
  const services = () =>
    client.send(new ListDelegatedServicesForAccountCommand({ AccountId: OTHER }))
  expect((await services()).DelegatedServices).toEqual([
    { ServicePrincipal, DelegationEnabledDate: expect.any(Date) },
  ])
  const remove = new RemoveAccountFromOrganizationCommand({ AccountId: OTHER })
  expect(await client.send(remove).catch((error: Error) => error)).toMatchObject({
    Reason: "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
  })
  const input = { AccountId: OTHER, ServicePrincipal }
  await client.send(new DeregisterDelegatedAdministratorCommand(input))
  expect(await accounts()).toMatch(/^400 AccessDeniedException/)
  expect(await refusalOf(services())).toMatch(/^400 AccountNotRegisteredException/)
})
