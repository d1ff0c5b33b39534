import { hash } from "node:crypto"
import { publicRecord } from "../../../engines/dns/public-record.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { CertificateRef } from "../certificate/certificate.ts"

/** The CNAME by which an account proves that a domain is its own. */
export interface ValidationRecord {
  readonly name: string
  readonly value: string
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz"

/**
 * "The CNAME record is unique to the domain and the account", the same in all Regions and for all
 * certificates; one with `*.` shares that of the domain ("DNS validation"). How AWS makes the tokens
 * is not known; they are drawn from account and domain here.
 */
export function recordOf(account: string, domain: string): ValidationRecord {
  const bare = domain.toLowerCase().replace(/^\*\./, "")
  const token = hash("sha256", `acm/validation ${account} ${bare}`)
  const zone = Array.from({ length: 10 }, (_, at) => {
    const byte = Number.parseInt(hash("sha256", token).slice(at * 2, at * 2 + 2), 16)
    return LETTERS[byte % 26]
  })
  return {
    name: `_${token.slice(0, 32)}.${bare}.`,
    value: `_${token.slice(32)}.${zone.join("")}.acm-validations.aws.`,
  }
}

/** Whether the public DNS has the record. */
export function isThere(tx: ReadTx, account: string, domain: string): boolean {
  const { name, value } = recordOf(account, domain)
  return publicRecord(tx, name, "CNAME")?.value === value.slice(0, -1)
}

/** A certificate that waits for a record of the public DNS. */
export interface Awaited extends CertificateRef {
  /** In lower case, without the dot at the end. */
  readonly name: string
}

export const awaited = table<Awaited>("acm/awaited", {
  key: ({ name, account, region, id }) => [name, account, region, id],
})

const awaitedName = (account: string, domain: string): string =>
  recordOf(account, domain).name.slice(0, -1)

export function waitFor(tx: WriteTx, ref: CertificateRef, domains: readonly string[]): void {
  const { account, region, id } = ref
  for (const domain of domains)
    tx.put(awaited, { name: awaitedName(account, domain), account, region, id })
}

export function forget(tx: WriteTx, ref: CertificateRef, domains: readonly string[]): void {
  const { account, region, id } = ref
  for (const domain of domains)
    tx.delete(awaited, [awaitedName(account, domain), account, region, id])
}
