import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { isAdministrator, isTrusted, organizationOf } from "../organizations/port.ts"
import { accessDenied } from "./errors.ts"

const SERVICE = "account.amazonaws.com"

interface Named {
  readonly AccountId?: string | undefined
}

/**
 * The account that is meant: the caller's own, or the member that it names. "The caller must be an
 * identity in the organization's management account or a delegated administrator account", "the
 * organization must have all features enabled, and … trusted access enabled for the Account
 * Management service", "The management account can't specify its own AccountId". Throws
 * AccessDeniedException.
 */
export function targetOf(
  tx: ReadTx,
  { AccountId }: Named,
  { account }: Pick<Call, "account">,
): string {
  if (AccountId === undefined) return account
  const organization = organizationOf(tx, account)
  if (!organization || organization.featureSet !== "ALL") throw accessDenied()
  const { id, managementAccount } = organization
  if (!isTrusted(tx, id, SERVICE)) throw accessDenied()
  const governs = isAdministrator(tx, organization, { account, service: SERVICE })
  const member = organizationOf(tx, AccountId)?.id === id
  if (!governs || !member || AccountId === managementAccount) throw accessDenied()
  return AccountId
}

/** Asks for the account that is meant, with condition keys that the input tells. */
export const onTarget =
  <Input extends Named>(keys: (input: Input) => Readonly<Record<string, string>> = () => ({})) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => ({
    action: `account:${call.operation}`,
    resource: arnOf(tx, input, call),
    owner: call.account,
    context: keys(input),
  })

/** `account`, or `account/o-…/<member>` of the management account. */
function arnOf(tx: ReadTx, { AccountId }: Named, { account, partition }: Call): string {
  if (AccountId === undefined) return `arn:${partition}:account::${account}:account`
  const { id = "o-", managementAccount = account } = organizationOf(tx, account) ?? {}
  return `arn:${partition}:account::${managementAccount}:account/${id}/${AccountId}`
}
