import { OCSP_PATH } from "../../../registry/web.ts"
import type { Authority } from "../authority/authority.ts"

/**
 * The key of an authority's list in its bucket, or of a partition of it: `crl/<CA>.crl`,
 * `crl/<CA>/<partition>.crl`, and behind a path of its owner's `<CustomPath>/<partition>.crl`.
 */
export function listKey({ id, revocation }: Authority, partition?: string): string {
  const path = revocation.CrlConfiguration?.CustomPath
  if (path) return `${path}/${partition ?? id}.crl`
  return `crl/${partition === undefined ? id : `${id}/${partition}`}.crl`
}

/** What certificates say of the list; undefined where there is none, or none is to be named. */
export function listAddress(authority: Authority, partition?: string): string | undefined {
  const { CrlConfiguration: list } = authority.revocation
  if (!list?.Enabled || list.CrlDistributionPointExtensionConfiguration?.OmitExtension)
    return undefined
  return addressOf(authority, partition)
}

/** Where a list is. */
export function addressOf(authority: Authority, partition?: string): string {
  const { CrlConfiguration: list } = authority.revocation
  const { CustomCname: name, S3BucketName: bucket = "" } = list ?? {}
  const host = name ? name : `${authority.endpoint}/${bucket}`
  return `http://${host}/${listKey(authority, partition)}`
}

/** What certificates say of OCSP. */
export function ocspAddress({ revocation, endpoint }: Authority): string | undefined {
  const { OcspConfiguration: ocsp } = revocation
  if (!ocsp?.Enabled) return undefined
  return `http://${ocsp.OcspCustomCname ? ocsp.OcspCustomCname : `${endpoint}${OCSP_PATH}`}`
}
