import { table, type Table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"

/** A record that the public DNS has, as far as this cloud is told of it. */
export interface PublicRecord {
  /** In lower case, without the dot at the end. */
  readonly name: string
  /** `CNAME`, `TXT` … */
  readonly type: string
  readonly value: string
}

const records = table<PublicRecord>("dns/record", {
  key: ({ name, type }) => [name, type],
  cached: true,
})

/** Services that look into the public DNS list them among their own. */
export const publicRecordTables: readonly Table<object>[] = [records]

/** More than a test tells. */
const LISTED = 1_000

/** "Supported DNS record types" of Route 53. */
const TYPES: ReadonlySet<string> = new Set([
  ...["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF"],
  ...["SRV", "SSHFP", "SVCB", "TLSA", "TXT"],
])

/** `_X.Example.com.` → `_x.example.com` */
const dnsName = (name: string): string => name.toLowerCase().replace(/\.$/, "")

export const publicRecord = (tx: ReadTx, name: string, type: string): PublicRecord | undefined =>
  tx.get(records, [dnsName(name), type])

export const publicRecords = (tx: ReadTx): readonly PublicRecord[] =>
  tx.scan(records, { limit: LISTED }).rows

/** Sets a record, or with no value removes it. Throws RangeError for what is none. */
export function setPublicRecord(
  tx: WriteTx,
  { name, type, value }: Omit<PublicRecord, "value"> & { readonly value: string | undefined },
): void {
  const key = dnsName(name)
  if (!/^(?=.{1,253}$)[a-z0-9_*-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(key))
    throw new RangeError(`${name} is no DNS name`)
  if (!TYPES.has(type)) throw new RangeError(`${type} is no type of DNS records`)
  if (value === undefined) tx.delete(records, [key, type])
  else tx.put(records, { name: key, type, value: type === "CNAME" ? dnsName(value) : value })
}
