import type { ReadTx } from "../../../kernel/transaction.ts"
import { keysOf } from "../access-key/access-key.ts"
import { signingCertificatesOf } from "../certificate/signing.ts"
import { keyUses } from "../last-use/use.ts"
import { loginProfileOf } from "../login-profile/login-profile.ts"
import { devicesOf } from "../mfa/mfa-device.ts"
import { userArn, users, type User } from "../user/user.ts"
import { passwordPolicyOf } from "./password-policy.ts"
import { mostOf, QUOTAS } from "./quotas.ts"

/** ("Generate credential reports for your AWS account"; recorded: these columns and no more.) */
const COLUMNS = [
  ...["user", "arn", "user_creation_time", "password_enabled", "password_last_used"],
  ...["password_last_changed", "password_next_rotation", "mfa_active"],
  ...keyColumns(1),
  ...keyColumns(2),
  ...["cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"],
]

function keyColumns(number: number): readonly string[] {
  const key = `access_key_${number}`
  return [
    ...[`${key}_active`, `${key}_last_rotated`, `${key}_last_used_date`],
    ...[`${key}_last_used_region`, `${key}_last_used_service`],
  ]
}

const NONE = "N/A"
const DAY_MS = 24 * 3_600_000
const SLOTS = [0, 1]

const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z")

/**
 * The report as CSV text: root first, then users by their names in any case (reported of AWS, like
 * the dates in UTC and that no line feed ends the last row).
 */
export function credentialReport(
  tx: ReadTx,
  { account, partition }: { readonly account: string; readonly partition: string },
): string {
  const rows = tx.scan(users, { prefix: [account], limit: mostOf(QUOTAS.users) }).rows
  return [COLUMNS, rootRow(tx, account, partition), ...rows.map((user) => userRow(tx, user))]
    .map((row) => row.join(","))
    .join("\n")
}

/** Root's password and MFA do not exist here, nor is it known when the account was made. */
const rootRow = (tx: ReadTx, account: string, partition: string): readonly string[] => [
  ...["<root_account>", `arn:${partition}:iam::${account}:root`, timeOf(0)],
  ...["not_supported", "no_information", "not_supported", "not_supported", "false"],
  ...keyFields(tx, account, account),
  ...certificateFields(tx, account, account),
]

function userRow(tx: ReadTx, user: User): readonly string[] {
  const { account, id } = user
  const profile = loginProfileOf(tx, user)
  const maxAgeDays = passwordPolicyOf(tx, account)?.maxAgeDays
  const nobody = ["false", NONE, NONE, NONE]
  return [
    ...[user.name, userArn(user), timeOf(user.createdMs)],
    ...(profile
      ? [
          // There is no console here to sign in to.
          ...["true", "no_information", timeOf(profile.changedMs)],
          maxAgeDays === undefined ? NONE : timeOf(profile.changedMs + maxAgeDays * DAY_MS),
        ]
      : nobody),
    String(devicesOf(tx, user).length > 0),
    ...keyFields(tx, account, id),
    ...certificateFields(tx, account, id),
  ]
}

/** Two keys, oldest first. */
function keyFields(tx: ReadTx, account: string, userId: string): readonly string[] {
  const keys = keysOf(tx, account, userId)
  return SLOTS.flatMap((slot) => {
    const key = keys[slot]
    if (!key) return ["false", NONE, NONE, NONE, NONE]
    const use = tx.get(keyUses, [key.accessKeyId])
    return [
      ...[String(key.status === "Active"), timeOf(key.changedMs ?? key.createdMs)],
      ...(use ? [timeOf(use.usedMs), use.region, use.service] : [NONE, NONE, NONE]),
    ]
  })
}

function certificateFields(tx: ReadTx, account: string, userId: string): readonly string[] {
  const certificates = signingCertificatesOf(tx, { account, userId })
  return SLOTS.flatMap((slot) => {
    const one = certificates[slot]
    return one ? [String(one.status === "Active"), timeOf(one.uploadedMs)] : ["false", NONE]
  })
}
