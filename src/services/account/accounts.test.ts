import {
  AcceptPrimaryEmailUpdateCommand,
  DeleteAlternateContactCommand,
  GetAccountInformationCommand,
  GetAlternateContactCommand,
  GetContactInformationCommand,
  GetGovCloudAccountInformationCommand,
  GetPrimaryEmailCommand,
  PutAccountNameCommand,
  PutAlternateContactCommand,
  PutContactInformationCommand,
  StartPrimaryEmailUpdateCommand,
} from "@aws-sdk/client-account"
import {
  DescribeAccountCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { newAccount } from "../organizations/testing/accounts.ts"
import { openAccounts, refusal } from "./testing/open-account.ts"

const DENIED = "AccessDeniedException: You don't have permission to perform this operation."

test("contact information and the three alternate contacts are kept by account", async () => {
  const { management, as, member } = await openAccounts()
  const own = as(member)
  const ContactInformation = {
    ...{ FullName: "Jane Doe", AddressLine1: "1 Any Street", City: "Seattle" },
    ...{ StateOrRegion: "WA", PostalCode: "98101", CountryCode: "US", PhoneNumber: "+12065550100" },
  }
  expect(await refusal(own.send(new GetContactInformationCommand({})))).toMatch(
    /^ResourceNotFoundException/,
  )
  await own.send(new PutContactInformationCommand({ ContactInformation }))
  const AccountId = member
  const seen = await management.send(new GetContactInformationCommand({ AccountId }))
  expect(seen.ContactInformation).toEqual(ContactInformation)
  const contact = {
    ...{ AlternateContactType: "SECURITY" as const, Name: "Sec", Title: "CISO" },
    ...{ EmailAddress: "sec@example.com", PhoneNumber: "+12065550101" },
  }
  await management.send(new PutAlternateContactCommand({ ...contact, AccountId }))
  const { AlternateContactType } = contact
  const asked = new GetAlternateContactCommand({ AlternateContactType })
  expect((await own.send(asked)).AlternateContact).toEqual(contact)
  const missing =
    "ResourceNotFoundException: No contact of the inputted alternate contact type found."
  expect(await refusal(management.send(asked))).toBe(missing)
  await own.send(new DeleteAlternateContactCommand({ AlternateContactType }))
  expect(await refusal(own.send(asked))).toBe(missing)
  const again = new DeleteAlternateContactCommand({ AlternateContactType })
  expect(await refusal(own.send(again))).toBe(missing)
})

test("the management account renames a member, and gives it another address", async () => {
  const { management, client, member } = await openAccounts()
  const AccountId = member
  await management.send(new PutAccountNameCommand({ AccountId, AccountName: "Other" }))
  const information = await management.send(new GetAccountInformationCommand({ AccountId }))
  expect(information).toMatchObject({ AccountId, AccountName: "Other" })
  expect(information.AccountCreatedDate).toBeInstanceOf(Date)
  const primary = async () =>
    (await management.send(new GetPrimaryEmailCommand({ AccountId }))).PrimaryEmail
  expect(await primary()).toBe("member@example.com")
  const PrimaryEmail = "new@example.com"
  const started = await management.send(
    new StartPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail }),
  )
  expect(started.Status).toBe("PENDING")
  const accept = (Otp: string) =>
    management.send(new AcceptPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail, Otp }))
  const wrong = member.endsWith("000000") ? "000001" : "000000"
  expect(await refusal(accept(wrong))).toMatch(/^ValidationException/)
  expect(await primary()).toBe("member@example.com")
  expect((await accept(member.slice(-6))).Status).toBe("ACCEPTED")
  expect(await primary()).toBe(PrimaryEmail)
  const { Account } = await client.send(new DescribeAccountCommand({ AccountId }))
  expect(Account).toMatchObject({ Name: "Other", Email: PrimaryEmail })
  const taken = new StartPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail })
  expect(await refusal(management.send(taken))).toMatch(/^ConflictException/)
  const gov = new GetGovCloudAccountInformationCommand({ StandardAccountId: AccountId })
  expect(await refusal(management.send(gov))).toMatch(/^ResourceNotFoundException/)
})

test("members are the management account's and its administrators' to manage, once trusted", async () => {
  const untrusted = await openAccounts(false)
  const named = (AccountId?: string) => new GetAccountInformationCommand({ AccountId })
  expect(await refusal(untrusted.management.send(named(untrusted.member)))).toBe(DENIED)
  expect(await refusal(untrusted.management.send(named()))).toBeUndefined()
  const { management, client, as, member, organization, ...opened } = await openAccounts()
  const other = await newAccount({ client, ...opened }, "other")
  expect(await refusal(as(other).send(named(member)))).toBe(DENIED)
  await client.send(
    new RegisterDelegatedAdministratorCommand({
      AccountId: other,
      ServicePrincipal: "account.amazonaws.com",
    }),
  )
  expect(await refusal(as(other).send(named(member)))).toBeUndefined()
  const { MasterAccountId } = organization
  expect(await refusal(as(other).send(named(MasterAccountId)))).toBe(DENIED)
  expect(await refusal(management.send(named(MasterAccountId)))).toBe(DENIED)
  expect(await refusal(management.send(named("999999999999")))).toBe(DENIED)
})
