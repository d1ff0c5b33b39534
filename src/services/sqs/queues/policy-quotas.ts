import { policyTooLarge, tooManyInStatement, tooManyStatements } from "../errors.ts"
import {
  POLICY_ACTIONS,
  POLICY_BYTES,
  POLICY_CONDITIONS,
  POLICY_PRINCIPALS,
  POLICY_STATEMENTS,
} from "../limits.ts"

type Statement = Readonly<Record<string, unknown>>

/** Throws OverLimit for a policy beyond one of "Amazon SQS policy quotas". */
export function assertPolicyQuotas(text: string, statements: readonly Statement[]): void {
  if (statements.length > POLICY_STATEMENTS) throw tooManyStatements(statements.length)
  if (Buffer.byteLength(text) > POLICY_BYTES) throw policyTooLarge()
  for (const statement of statements) {
    const { Action, NotAction, Principal, NotPrincipal, Condition } = statement
    assertAtMost("actions", countOf(Action ?? NotAction), POLICY_ACTIONS)
    assertAtMost("principals", countOfLists(Principal ?? NotPrincipal), POLICY_PRINCIPALS)
    assertAtMost("conditions", conditionsOf(Condition), POLICY_CONDITIONS)
  }
}

function assertAtMost(what: string, count: number, most: number): void {
  if (count > most) throw tooManyInStatement(what, count, most)
}

const countOf = (value: unknown): number => (Array.isArray(value) ? value.length : 1)

/** `"*"`, or lists by kind: AWS, Service, Federated, CanonicalUser. */
const countOfLists = (value: unknown): number =>
  isObject(value) ? Object.values(value).reduce<number>((sum, one) => sum + countOf(one), 0) : 1

/** An operator may have several keys: each is a condition. */
const conditionsOf = (value: unknown): number =>
  isObject(value)
    ? Object.values(value).reduce<number>(
        (sum, keys) => sum + (isObject(keys) ? Object.keys(keys).length : 0),
        0,
      )
    : 0

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
