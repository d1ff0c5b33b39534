import type { Authority } from "../authority/authority.ts"

/** Where the responder answers: it does not matter where a request is sent, but for this path. */
export const OCSP_PATH = "/_cloudarium/ocsp"

/** The key of an authority's list in its bucket. */
export function listKey({ id, revocation }: Authority): string {
  const path = revocation.CrlConfiguration?.CustomPath
  // CrlConfiguration: `http://<CustomName>/<CustomPath>/<CrlPartition_GUID>.crl`.
  return `${path === undefined || path === "" ? "crl" : path}/${id}.crl`
}

/** What certificates say of the list; undefined where there is none, or none is to be named. */
export function listAddress(authority: Authority): string | undefined {
  const { CrlConfiguration: list } = authority.revocation
  if (!list?.Enabled || list.CrlDistributionPointExtensionConfiguration?.OmitExtension)
    return undefined
  const { CustomCname: name, S3BucketName: bucket = "" } = list
  const host = name ? name : `${authority.endpoint}/${bucket}`
  return `http://${host}/${listKey(authority)}`
}

/** What certificates say of OCSP. */
export function ocspAddress({ revocation, endpoint }: Authority): string | undefined {
  const { OcspConfiguration: ocsp } = revocation
  if (!ocsp?.Enabled) return undefined
  return `http://${ocsp.OcspCustomCname ? ocsp.OcspCustomCname : `${endpoint}${OCSP_PATH}`}`
}
