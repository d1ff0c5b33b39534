import type { Quota } from "../../../kernel/quotas.ts"
import { MOST_ACCOUNTS } from "../limits.ts"

/**
 * Accounts of an organization, its management account and open invitations counted ("Quotas and
 * service limits for AWS Organizations"); the code is that which users of Service Quotas name.
 */
export const ACCOUNTS: Quota = Object.freeze({
  service: "organizations",
  code: "L-E619E033",
  name: "Default maximum number of accounts",
  value: 10,
  most: MOST_ACCOUNTS,
  scope: "account",
  unit: "None",
})
