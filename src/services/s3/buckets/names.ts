/**
 * "General purpose bucket naming rules"; that no dash stands beside a period is of their older form
 * ("Each label must start and end with a lowercase letter or a number"). The names of buckets of us-east-1 once had fewer rules;
 * no such bucket can be made any more.
 */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.[.-]|-\./.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  )
}

/**
 * "Account regional namespace naming rules": there names end with the account's number, the Region
 * and `-an`, and nowhere else.
 */
export function isOfNamespace(
  name: string,
  namespace: string | undefined,
  { account, region }: { readonly account: string; readonly region: string },
): boolean {
  if (namespace !== "account-regional") return !name.endsWith("-an")
  const suffix = `-${account}-${region}-an`
  return name.endsWith(suffix) && name.length > suffix.length
}

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"] as const
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"] as const
