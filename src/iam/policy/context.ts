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
  readonly sourceOrgId?: string | undefined
  readonly sourceOrgPaths?: readonly string[] | undefined
  readonly sourceVpc?: string | undefined
  readonly sourceVpce?: string | undefined
  readonly vpcSourceIp?: string | undefined
  /** The services through which the call came, the first first: `cloudformation.amazonaws.com`. */
  readonly calledVia?: readonly string[] | undefined
  readonly principalIsService?: string | undefined
  readonly resourceAccount?: string | undefined
  readonly resourceOrgId?: string | undefined
  /** `o-x/r-x/ou-x/`. */
  readonly resourceOrgPaths?: readonly string[] | undefined
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
  /** A session of AssumeRoot: "only when the principal uses credentials from AssumeRoot". */
  readonly assumedRoot?: boolean | undefined
  readonly federatedProvider?: string | undefined
  /** What an identity provider has said of the caller, as condition keys: `saml:sub`. */
  readonly claims?: Context | undefined
}

/** Keys by name, in any case. A name that is given twice has the later value. */
export function contextOf(values: Readonly<Record<string, ContextValue | undefined>>): Context {
  const keys = new Map<string, ContextValue>()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) keys.set(name.toLowerCase(), value)
  }
  return keys
}

/** The global keys of a call, and the service's own; each is worked out when it is asked for. */
export function callContext(
  facts: () => CallFacts,
  own?: Readonly<Record<string, ContextValue>>,
): Context {
  let known: CallFacts | undefined
  const more = own && contextOf(own)
  // Many statements ask for the same few keys.
  let values: Map<string, ContextValue | undefined> | undefined
  return {
    get(key) {
      values ??= new Map()
      const value = values.get(key)
      if (value !== undefined || values.has(key)) return value
      const found = more?.get(key) ?? globalValue((known ??= facts()), key)
      values.set(key, found)
      return found
    },
  }
}

/** ("AWS global condition context keys"; a key that does not apply to the call is absent.) */
function globalValue(facts: CallFacts, key: string): ContextValue | undefined {
  switch (key) {
    case "aws:currenttime":
      return isoSeconds(facts.now)
    case "aws:epochtime":
      return seconds(facts.now)
    case "aws:requestedregion":
      return facts.region
    case "aws:sourceip":
      return facts.sourceIp
    case "aws:securetransport":
      return facts.secure === undefined ? undefined : String(facts.secure)
    case "aws:useragent":
      return facts.userAgent
    case "aws:referer":
      return facts.referer
    case "aws:sourcearn":
      return facts.sourceArn
    case "aws:sourceaccount":
      return facts.sourceAccount
    case "aws:sourceorgid":
      return facts.sourceOrgId
    case "aws:sourceorgpaths":
      return facts.sourceOrgPaths
    case "aws:sourcevpc":
      return facts.sourceVpc
    case "aws:sourcevpce":
      return facts.sourceVpce
    case "aws:vpcsourceip":
      return facts.vpcSourceIp
    case "aws:resourceaccount":
      return facts.resourceAccount
    case "aws:resourceorgid":
      return facts.resourceOrgId
    case "aws:resourceorgpaths":
      return facts.resourceOrgPaths
    case "aws:tagkeys":
      return facts.requestTags && Object.keys(facts.requestTags)
    default:
      return serviceValue(facts, key) ?? tagValue(facts, key) ?? principalValue(facts, key)
  }
}

/** What tells of services that call, or through which somebody calls. */
function serviceValue(facts: CallFacts, key: string): ContextValue | undefined {
  const { calledVia = [], principalIsService: name } = facts
  switch (key) {
    case "aws:viaawsservice":
      return String(calledVia.length > 0)
    case "aws:calledvia":
      return calledVia.length > 0 ? calledVia : undefined
    case "aws:calledviafirst":
      return calledVia[0]
    case "aws:calledvialast":
      return calledVia.at(-1)
    case "aws:principalisawsservice":
      return String(name !== undefined)
    case "aws:principalservicename":
      return name
    case "aws:principalservicenameslist":
      return name === undefined ? undefined : [name]
    default:
      return undefined
  }
}

function principalValue({ principal, now }: CallFacts, key: string): ContextValue | undefined {
  if (!principal) return undefined
  switch (key) {
    case "aws:principalarn":
      return principal.arn
    case "aws:principalaccount":
      return principal.account
    case "aws:principaltype":
      return principal.type
    case "aws:principalorgid":
      return principal.orgId
    case "aws:principalorgpaths":
      return principal.orgPaths
    case "aws:userid":
      return principal.id
    case "aws:username":
      return principal.userName
    case "aws:tokenissuetime":
      return principal.tokenIssuedAt === undefined ? undefined : isoSeconds(principal.tokenIssuedAt)
    case "aws:multifactorauthpresent":
      return principal.mfa && String(principal.mfa.present)
    case "aws:multifactorauthage": {
      const since = principal.mfa?.authenticatedAt
      return since === undefined ? undefined : seconds(now - since)
    }
    case "aws:sourceidentity":
      return principal.sourceIdentity
    case "aws:assumedroot":
      return principal.assumedRoot ? "true" : undefined
    case "aws:federatedprovider":
      return principal.federatedProvider
    default:
      return principal.claims?.get(key)
  }
}

function tagValue(facts: CallFacts, key: string): string | undefined {
  if (key.startsWith("aws:requesttag/")) return tagNamed(facts.requestTags, key)
  if (key.startsWith("aws:resourcetag/")) return tagNamed(facts.resourceTags, key)
  if (key.startsWith("aws:principaltag/")) return tagNamed(facts.principal?.tags, key)
  return undefined
}

/** Names of tags, too, are compared without case here. */
function tagNamed(
  tags: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  if (!tags) return undefined
  const name = key.slice(key.indexOf("/") + 1)
  for (const [tag, value] of Object.entries(tags)) if (tag.toLowerCase() === name) return value
  return undefined
}

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

const isoSeconds = (ms: number): string =>
  new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000Z", "Z")
