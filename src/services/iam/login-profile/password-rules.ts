import type { AwsError } from "../../../protocols/aws-error.ts"
import type { PasswordPolicy } from "../account/password-policy.ts"
import { op } from "../define.ts"

/** "One or more non-alphanumeric characters" ("Setting an account password policy"). */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/
const UPPER = /[A-Z]/
const LOWER = /[a-z]/
const NUMBER = /\d/

/** "Minimum password length of 8 characters", three of four kinds: where no policy is set. */
const DEFAULT_LENGTH = 8
const DEFAULT_KINDS = 3

/** Throws PasswordPolicyViolation unless the password is what the account demands. */
export function assertPassword(password: string, policy: PasswordPolicy | undefined): void {
  if (policy) return assertPolicy(password, policy)
  const kinds = [UPPER, LOWER, NUMBER, SYMBOL].filter((kind) => kind.test(password)).length
  if (password.length < DEFAULT_LENGTH) throw tooShort(DEFAULT_LENGTH)
  if (kinds < DEFAULT_KINDS)
    throw violation("Password does not conform to the account password policy.")
}

function assertPolicy(password: string, policy: PasswordPolicy): void {
  if (password.length < policy.minimumLength) throw tooShort(policy.minimumLength)
  if (policy.upperCase && !UPPER.test(password)) throw lacks("uppercase letter")
  if (policy.lowerCase && !LOWER.test(password)) throw lacks("lowercase letter")
  if (policy.numbers && !NUMBER.test(password)) throw lacks("number")
  if (policy.symbols && !SYMBOL.test(password)) throw lacks("symbol")
}

/** A password that was used before. */
export const usedBefore = (): AwsError =>
  violation(
    "Policy constraint violation with password reuse prevention during password change. Please enter a new password.",
  )

const tooShort = (length: number): AwsError =>
  violation(`Password should have a minimum length of ${length}`)

const lacks = (what: string): AwsError => violation(`Password should have at least one ${what}`)

const violation = (message: string): AwsError =>
  op.error("PasswordPolicyViolationException", message)
