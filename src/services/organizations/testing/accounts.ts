import {
  AcceptHandshakeCommand,
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  InviteAccountToOrganizationCommand,
} from "@aws-sdk/client-organizations"
import type { TestOrganization } from "./open-organization.ts"

/** Creates an account, and waits for it on the cloud's clock. */
export async function newAccount(
  { client, cloud }: Pick<TestOrganization, "client" | "cloud">,
  name: string,
): Promise<string> {
  const input = { AccountName: name, Email: `${name}@example.com` }
  const { CreateAccountStatus } = await client.send(new CreateAccountCommand(input))
  await cloud.advance("1m")
  const asked = { CreateAccountRequestId: CreateAccountStatus?.Id }
  const done = await client.send(new DescribeCreateAccountStatusCommand(asked))
  return done.CreateAccountStatus?.AccountId ?? "none"
}

/** Invites an account, which accepts. */
export async function inviteAccount(
  { client, of }: Pick<TestOrganization, "client" | "of">,
  account: string,
): Promise<void> {
  const Target = { Type: "ACCOUNT", Id: account } as const
  const { Handshake } = await client.send(new InviteAccountToOrganizationCommand({ Target }))
  await of(account).send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }))
}
