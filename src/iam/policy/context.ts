/** The values of a key; a list also of one. */
export type ContextValue = string | readonly string[]

/** The condition keys of one request. Names are asked for in lower case. */
export interface Context {
  get(key: string): ContextValue | undefined
}

/** What is known of one call, from which the `aws:` keys follow. Times are epoch milliseconds. */
export interface CallFacts {
  /** Cloud time. */
  readonly now: number
  readonly region?: string | undefined
  readonly sourceIp?: string | undefined
  readonly secure?: boolean | undefined
  readonly userAgent?: string | undefined
  readonly referer?: string | undefined
  /** Undefined where nobody signed. */
  readonly principal?: PrincipalFacts | undefined
  /** The resource for which a service acts. */
  readonly sourceArn?: string | undefined
  readonly sourceAccount?: string | undefined
  readonly sourceVpc?: string | undefined
  readonly sourceVpce?: string | undefined
  readonly vpcSourceIp?: string | undefined
  /** The services through which the call came, the first first: `cloudformation.amazonaws.com`. */
  readonly calledVia?: readonly string[] | undefined
  readonly principalIsService?: string | undefined
  readonly resourceAccount?: string | undefined
  readonly resourceOrgId?: string | undefined
  readonly requestTags?: Readonly<Record<string, string>> | undefined
  readonly resourceTags?: Readonly<Record<string, string>> | undefined
}

export interface PrincipalFacts {
  /** What `aws:PrincipalArn` shows: of a role session the role's ARN. */
  readonly arn: string
  readonly account: string
  /** `aws:userid`. */
  readonly id: string
  /** `aws:PrincipalType`. */
  readonly type: "Account" | "User" | "AssumedRole" | "FederatedUser" | "Anonymous"
  /** `aws:username`: only IAM users have one. */
  readonly userName?: string | undefined
  readonly orgId?: string | undefined
  /** `o-x/r-x/ou-x/`. */
  readonly orgPaths?: readonly string[] | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Of temporary credentials only. */
  readonly tokenIssuedAt?: number | undefined
  /** Known of temporary credentials only; undefined leaves the key out. */
  readonly mfa?: { readonly present: boolean; readonly authenticatedAt?: number } | undefined
  readonly sourceIdentity?: string | undefined
  readonly federatedProvider?: string | undefined
}

/** Keys by name, in any case. A name that is given twice has the later value. */
export function contextOf(values: Readonly<Record<string, ContextValue | undefined>>): Context {
  const keys = new Map<string, ContextValue>()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) keys.set(name.toLowerCase(), value)
  }
  return keys
}

/** The global keys of a call and the service's own, worked out when the first key is asked for. */
export function callContext(
  facts: () => CallFacts,
  own?: Readonly<Record<string, ContextValue>>,
): Context {
  let keys: Context | undefined
  return {
    get(key) {
      keys ??= contextOf({ ...globalKeys(facts()), ...own })
      return keys.get(key)
    },
  }
}

/** ("AWS global condition context keys"; a key that does not apply to the call is absent.) */
export function globalKeys(facts: CallFacts): Record<string, ContextValue | undefined> {
  const { principal, calledVia = [] } = facts
  return {
    "aws:CurrentTime": isoSeconds(facts.now),
    "aws:EpochTime": seconds(facts.now),
    "aws:RequestedRegion": facts.region,
    "aws:SourceIp": facts.sourceIp,
    "aws:SecureTransport": facts.secure === undefined ? undefined : String(facts.secure),
    "aws:UserAgent": facts.userAgent,
    "aws:Referer": facts.referer,
    "aws:SourceArn": facts.sourceArn,
    "aws:SourceAccount": facts.sourceAccount,
    "aws:SourceVpc": facts.sourceVpc,
    "aws:SourceVpce": facts.sourceVpce,
    "aws:VpcSourceIp": facts.vpcSourceIp,
    "aws:ViaAWSService": String(calledVia.length > 0),
    "aws:CalledVia": calledVia.length > 0 ? calledVia : undefined,
    "aws:CalledViaFirst": calledVia[0],
    "aws:CalledViaLast": calledVia.at(-1),
    "aws:PrincipalIsAWSService": String(facts.principalIsService !== undefined),
    "aws:PrincipalServiceName": facts.principalIsService,
    "aws:PrincipalServiceNamesList":
      facts.principalIsService === undefined ? undefined : [facts.principalIsService],
    "aws:ResourceAccount": facts.resourceAccount,
    "aws:ResourceOrgID": facts.resourceOrgId,
    "aws:TagKeys": facts.requestTags && Object.keys(facts.requestTags),
    ...tagKeys("aws:RequestTag/", facts.requestTags),
    ...tagKeys("aws:ResourceTag/", facts.resourceTags),
    ...(principal && principalKeys(principal, facts.now)),
  }
}

function principalKeys(
  principal: PrincipalFacts,
  now: number,
): Record<string, ContextValue | undefined> {
  const { mfa, tokenIssuedAt } = principal
  const mfaAgeMs = mfa?.authenticatedAt === undefined ? undefined : now - mfa.authenticatedAt
  return {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": principal.account,
    "aws:PrincipalType": principal.type,
    "aws:PrincipalOrgID": principal.orgId,
    "aws:PrincipalOrgPaths": principal.orgPaths,
    "aws:userid": principal.id,
    "aws:username": principal.userName,
    "aws:TokenIssueTime": tokenIssuedAt === undefined ? undefined : isoSeconds(tokenIssuedAt),
    "aws:MultiFactorAuthPresent": mfa && String(mfa.present),
    "aws:MultiFactorAuthAge": mfaAgeMs === undefined ? undefined : seconds(mfaAgeMs),
    "aws:SourceIdentity": principal.sourceIdentity,
    "aws:FederatedProvider": principal.federatedProvider,
    ...tagKeys("aws:PrincipalTag/", principal.tags),
  }
}

function tagKeys(
  prefix: string,
  tags: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]))
}

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

const isoSeconds = (ms: number): string =>
  new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000Z", "Z")
