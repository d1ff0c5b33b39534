import type { Actor } from "../../actor.ts"
import {
  ACCOUNT,
  ALLOW,
  DENY,
  ELSEWHERE,
  OTHER,
  SESSION,
  STRANGER,
  USER,
  type Case,
  type Said,
} from "../case.ts"

/** What one set of policies says: `allows`, `is silent`, `denies`, or `is absent`. */
const SAYINGS = ["is absent", "allows", "is silent", "denies"] as const
type Saying = (typeof SAYINGS)[number]

function saidBy(saying: Saying): readonly Said[] | undefined {
  switch (saying) {
    case "is absent":
      return undefined
    case "allows":
      return [ALLOW]
    case "is silent":
      return [ELSEWHERE]
    case "denies":
      return [ALLOW, DENY]
  }
}

/** Whom the resource's policy names; `nobody` is a policy that is there for others. */
type Named = "no policy" | "nobody" | "caller" | "role" | "account" | "denied"

function policyFor(named: Named, actor: Actor): readonly Said[] | undefined {
  const allow = (principal: string): readonly Said[] => [
    { ...ALLOW, Principal: { AWS: principal } },
  ]
  switch (named) {
    case "no policy":
      return undefined
    case "nobody":
      return allow(`arn:aws:iam::${ACCOUNT}:user/somebody-else`)
    case "caller":
      return allow(actor.arn)
    case "role":
      return allow(actor.parentArn ?? "")
    case "account":
      return allow(actor.account)
    case "denied":
      return [...(allow(actor.arn) as Said[]), { ...DENY, Principal: "*" }]
  }
}

interface Row {
  readonly identity: Saying
  readonly named: Named
  /** One outcome for each of SAYINGS of the limit, in their order. */
  readonly outcomes: readonly [absent: string, allows: string, silent: string, denies: string]
}

interface Grid {
  readonly source: string
  readonly actor: Actor
  readonly limit: "boundary" | "session"
  readonly rows: readonly Row[]
}

const YES = "allow"
const NO_ID = "no identity"
const NO_RES = "no resource"
const row = (identity: Saying, named: Named, ...outcomes: Row["outcomes"]): Row => ({
  identity,
  named,
  outcomes,
})
const always = (identity: Saying, named: Named, outcome: string): Row =>
  row(identity, named, outcome, outcome, outcome, outcome)

const casesOf = ({ source, actor, limit, rows }: Grid): readonly Case[] =>
  rows.flatMap(({ identity, named, outcomes }) =>
    SAYINGS.map((saying, at) => ({
      title: `${source}: identity policy ${identity}, resource's policy names ${named}, ${limit} ${saying}`,
      actor,
      identity: identity === "is absent" ? [] : saidBy(identity),
      policy: policyFor(named, actor),
      ...(limit === "boundary" ? { boundary: saidBy(saying) } : { session: saidBy(saying) }),
      expect: outcomes[at] as string,
    })),
  )

/**
 * Docs: "Policy evaluation for requests within a single account", "Permissions boundaries for IAM
 * entities": "resource-based policies that grant permissions to an IAM user ARN … are not limited by
 * an implicit deny in an identity-based policy or permissions boundary".
 */
const userAtHome = casesOf({
  source: "IAM-52 a user in its account",
  actor: USER,
  limit: "boundary",
  rows: [
    row("allows", "no policy", YES, YES, "no boundary", "deny boundary"),
    row("is silent", "no policy", NO_ID, NO_ID, NO_ID, "deny boundary"),
    row("is absent", "no policy", NO_ID, NO_ID, NO_ID, "deny boundary"),
    row("allows", "nobody", YES, YES, "no boundary", "deny boundary"),
    row("is silent", "nobody", NO_ID, NO_ID, NO_ID, "deny boundary"),
    row("allows", "caller", YES, YES, YES, "deny boundary"),
    row("is silent", "caller", YES, YES, YES, "deny boundary"),
    row("allows", "account", YES, YES, "no boundary", "deny boundary"),
    row("is silent", "account", NO_ID, NO_ID, NO_ID, "deny boundary"),
    always("denies", "no policy", "deny identity"),
    always("denies", "caller", "deny identity"),
    always("allows", "denied", "deny resource"),
    always("denies", "denied", "deny resource"),
  ],
})

/**
 * The same page: what is given to the role is limited by boundary and session policy, what is given
 * to the session is not.
 */
const sessionAtHome = casesOf({
  source: "IAM-52 a role's session in its account",
  actor: SESSION,
  limit: "session",
  rows: [
    row("allows", "no policy", YES, YES, "no session", "deny session"),
    row("is silent", "no policy", NO_ID, NO_ID, NO_ID, "deny session"),
    row("allows", "role", YES, YES, "no session", "deny session"),
    row("is silent", "role", YES, YES, "no session", "deny session"),
    row("allows", "caller", YES, YES, YES, "deny session"),
    row("is silent", "caller", YES, YES, YES, "deny session"),
    row("allows", "account", YES, YES, "no session", "deny session"),
    row("is silent", "account", NO_ID, NO_ID, NO_ID, "deny session"),
    always("denies", "caller", "deny identity"),
    always("allows", "denied", "deny resource"),
  ],
})

/** Docs: "Cross-account policy evaluation logic": both accounts must allow, whoever is named. */
const userAbroad = casesOf({
  source: "IAM-53 a user of another account",
  actor: STRANGER,
  limit: "boundary",
  rows: [
    row("allows", "no policy", NO_RES, NO_RES, "no boundary", "deny boundary"),
    row("is silent", "no policy", NO_ID, NO_ID, NO_ID, "deny boundary"),
    row("allows", "nobody", NO_RES, NO_RES, "no boundary", "deny boundary"),
    row("allows", "caller", YES, YES, "no boundary", "deny boundary"),
    row("is silent", "caller", NO_ID, NO_ID, NO_ID, "deny boundary"),
    row("allows", "account", YES, YES, "no boundary", "deny boundary"),
    row("is silent", "account", NO_ID, NO_ID, NO_ID, "deny boundary"),
    always("denies", "caller", "deny identity"),
    always("allows", "denied", "deny resource"),
  ],
})

const GUEST: Actor = {
  type: "role-session",
  account: OTHER,
  arn: `arn:aws:sts::${OTHER}:assumed-role/guest/run`,
  parentArn: `arn:aws:iam::${OTHER}:role/guest`,
}

const sessionAbroad = casesOf({
  source: "IAM-53 a session of another account",
  actor: GUEST,
  limit: "session",
  rows: [
    row("allows", "no policy", NO_RES, NO_RES, "no session", "deny session"),
    row("allows", "role", YES, YES, "no session", "deny session"),
    row("is silent", "role", NO_ID, NO_ID, NO_ID, "deny session"),
    row("allows", "caller", YES, YES, "no session", "deny session"),
    row("is silent", "caller", NO_ID, NO_ID, NO_ID, "deny session"),
    row("allows", "account", YES, YES, "no session", "deny session"),
    always("allows", "denied", "deny resource"),
  ],
})

export const grids: readonly Case[] = [
  ...userAtHome,
  ...sessionAtHome,
  ...userAbroad,
  ...sessionAbroad,
]
