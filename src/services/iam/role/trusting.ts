import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { nameKey } from "../names.ts"
import { roles, type Role } from "./role.ts"

/** That a role's trust policy names a user or role. */
export interface Trusting {
  /** Of who is named. */
  readonly arn: string
  /** Of the role. */
  readonly account: string
  readonly name: string
}

export const trustings = table<Trusting>("iam/trusting", {
  key: ({ arn, account, name }) => [arn, account, nameKey(name)],
})

const PRINCIPAL = /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\//
const AT_A_TIME = 500

/** To be called of each role that is new, or has a new trust policy. */
export function noteTrust(tx: WriteTx, { account, name, trust }: Role): void {
  for (const arn of namedIn(trust)) tx.put(trustings, { arn, account, name })
}

export function forgetTrust(tx: WriteTx, { account, name, trust }: Role): void {
  for (const arn of namedIn(trust)) tx.remove(trustings, { arn, account, name })
}

/**
 * A user or role is called something else, or is gone and leaves its unique id: nobody who is given
 * its name later is trusted in its place ("AWS JSON policy elements: Principal", IAM role principals).
 */
export function renameTrusted(tx: WriteTx, from: string, to: string): void {
  if (from === to) return
  for (;;) {
    const { rows } = tx.scan(trustings, { prefix: [from], limit: AT_A_TIME })
    for (const one of rows) {
      tx.remove(trustings, one)
      const role = tx.get(roles, [one.account, nameKey(one.name)])
      if (!role) continue
      const changed = { ...role, trust: renamed(role.trust, from, to) }
      tx.replace(roles, role, changed)
      noteTrust(tx, changed)
    }
    if (rows.length < AT_A_TIME) return
  }
}

interface Document {
  readonly Statement: Statement | readonly Statement[]
}

interface Statement {
  readonly Principal?: string | { readonly AWS?: string | readonly string[] }
}

const listed = <One>(value: One | readonly One[] | undefined): readonly One[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly One[]) : [value as One]

const principalsOf = ({ Principal }: Statement): readonly string[] =>
  typeof Principal === "object" ? listed(Principal.AWS) : []

function namedIn(trust: string): ReadonlySet<string> {
  const { Statement } = JSON.parse(trust) as Document
  return new Set(
    listed(Statement)
      .flatMap(principalsOf)
      .filter((one) => PRINCIPAL.test(one)),
  )
}

function renamed(trust: string, from: string, to: string): string {
  const document = JSON.parse(trust) as Document
  const rename = (one: string): string => (one === from ? to : one)
  const changed = (statement: Statement): Statement => {
    const { Principal } = statement
    if (typeof Principal !== "object" || Principal.AWS === undefined) return statement
    const { AWS } = Principal
    const names = typeof AWS === "string" ? rename(AWS) : AWS.map(rename)
    return { ...statement, Principal: { ...Principal, AWS: names } }
  }
  const { Statement } = document
  const statements = Array.isArray(Statement)
    ? (Statement as readonly Statement[]).map(changed)
    : changed(Statement as Statement)
  return JSON.stringify({ ...document, Statement: statements })
}
