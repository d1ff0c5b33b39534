import { publicRecords, setPublicRecord } from "../../engines/dns/public-record.ts"
import { approveByMail, dnsChanged } from "../../services/acm/port.ts"
import type { Cloud } from "../cloud.ts"

/** A record of the public DNS; no value: it is to go. */
export interface DnsChange {
  readonly name: string
  /** Default: `CNAME`. */
  readonly type?: string
  readonly value?: string | undefined
}

/** The service that looks into the public DNS, so that its tables are known. */
async function ready(cloud: Cloud): Promise<void> {
  await cloud.catalog.find("acm")
}

/** Tells the cloud what the public DNS has. Throws RangeError for what is no record. */
export async function setDns(cloud: Cloud, { name, type = "CNAME", value }: DnsChange) {
  await ready(cloud)
  await cloud.world.write((tx) => {
    setPublicRecord(tx, { name, type, value })
    tx.emit(dnsChanged, { name })
  })
}

export async function listDns(cloud: Cloud): Promise<readonly object[]> {
  await ready(cloud)
  return cloud.world.read(publicRecords)
}

/** Follows the link in ACM's mail. Throws RangeError where no certificate waits for it. */
export async function approveCertificate(
  cloud: Cloud,
  approval: { readonly arn: string; readonly domain?: string | undefined },
): Promise<void> {
  await ready(cloud)
  await cloud.world.write((tx) => approveByMail(tx, approval.arn, approval.domain))
}
