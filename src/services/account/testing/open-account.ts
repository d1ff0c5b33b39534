import { AccountClient } from "@aws-sdk/client-account"
import { EnableAWSServiceAccessCommand } from "@aws-sdk/client-organizations"
import { newAccount } from "../../organizations/testing/accounts.ts"
import {
  openOrganization,
  type TestOrganization,
} from "../../organizations/testing/open-organization.ts"

/** An organization with a member that it made, and clients of both accounts' roots. */
export interface TestAccounts extends TestOrganization {
  readonly member: string
  readonly management: AccountClient
  /** The account service for the root of an account. */
  as(account: string): AccountClient
}

export async function openAccounts(trusted = true): Promise<TestAccounts> {
  const opened = await openOrganization()
  const member = await newAccount(opened, "member")
  const ServicePrincipal = "account.amazonaws.com"
  if (trusted) await opened.client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  const as = (account: string) =>
    opened.cloud.client(AccountClient, {
      maxAttempts: 1,
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    })
  const { MasterAccountId = "" } = opened.organization
  return { ...opened, member, as, management: as(MasterAccountId) }
}

/** Its name and text; undefined when it goes well. */
export const refusal = (sent: Promise<unknown>): Promise<string | undefined> =>
  sent.then(
    () => undefined,
    ({ name, message }: Error) => `${name}: ${message}`,
  )
