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

/** Whose names these are. */
interface Place {
  readonly account: string
  readonly region: string
}

/** `logs-111122223333-us-east-1-an`. */
const OF_AN_ACCOUNT = /^.+-(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)-an$/

/**
 * What is wrong with a name that is said to be of an account's own namespace, in AWS's words; undefined
 * if nothing is ("Account regional namespace naming rules": it ends with the account's number, the
 * Region and `-an`).
 */
export function namespaceFault(name: string, { account, region }: Place): string | undefined {
  const [, itsAccount, itsRegion] = OF_AN_ACCOUNT.exec(name) ?? []
  const begin = "The requested bucket is an account-regional namespace bucket, but the"
  if (itsAccount === undefined)
    return (
      `${begin} bucket name does not end with -${account}-${region}-an. Specify the targeted ` +
      "account and region in the bucket name."
    )
  if (itsAccount !== account)
    return (
      `${begin} requested AWS Account ID '${itsAccount}' does not match the caller's AWS Account ID ` +
      `'${account}'. Specify the caller's AWS Account ID in the bucket name.`
    )
  if (itsRegion === region) return undefined
  return (
    `${begin} requested region '${itsRegion}' does not match the current region '${region}'. ` +
    "Specify the targeted region in the bucket name."
  )
}

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"] as const
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"] as const
