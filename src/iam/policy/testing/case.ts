import type { Actor } from "../actor.ts"
import { compilePolicy, type CompiledPolicy } from "../compile.ts"
import { contextOf, type ContextValue } from "../context.ts"
import type { Decision, DecisionRequest } from "../decision.ts"
import { parsePolicy, type PolicyKind } from "../document.ts"

export const ACCOUNT = "111111111111"
export const OTHER = "222222222222"
export const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`

export const USER: Actor = {
  type: "user",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/team/ann`,
  uniqueId: "AIDAANNANNANNANNANNAN",
}
export const ROOT: Actor = { type: "root", account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` }
export const SESSION: Actor = {
  type: "role-session",
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/run-1`,
  parentArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
  uniqueId: "AROAWORKERWORKERWORKE",
}
export const FEDERATED: Actor = {
  type: "federated-user",
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/ann`,
  parentArn: USER.arn,
}
export const STRANGER: Actor = {
  type: "user",
  account: OTHER,
  arn: `arn:aws:iam::${OTHER}:user/bob`,
}
export const STRANGE_ROOT: Actor = {
  type: "root",
  account: OTHER,
  arn: `arn:aws:iam::${OTHER}:root`,
}
export const STRANGE_SESSION: Actor = {
  type: "role-session",
  account: OTHER,
  arn: `arn:aws:sts::${OTHER}:assumed-role/guest/s`,
  parentArn: `arn:aws:iam::${OTHER}:role/guest`,
}
export const LINKED: Actor = { ...SESSION, serviceLinked: true }
export const SNS: Actor = { type: "service", account: "", arn: "sns.amazonaws.com" }
export const PROVIDER: Actor = { type: "federated", account: "", arn: "accounts.google.com" }
export const ANONYMOUS: Actor = { type: "anonymous", account: "", arn: "*" }

/** A statement as it stands in a policy. */
export type Said = Readonly<Record<string, unknown>>

export const ALLOW: Said = { Effect: "Allow", Action: "*", Resource: "*" }
export const DENY: Said = { Effect: "Deny", Action: "*", Resource: "*" }
/** Allows something else. */
export const ELSEWHERE: Said = { Effect: "Allow", Action: "s3:*", Resource: "*" }

/** One decision; sets are lists of statements. */
export interface Case {
  readonly title: string
  readonly actor?: Actor
  readonly action?: string
  readonly resource?: string
  readonly owner?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly identity?: readonly Said[] | undefined
  readonly policy?: readonly Said[] | undefined
  readonly trust?: readonly Said[] | undefined
  readonly boundary?: readonly Said[] | undefined
  readonly session?: readonly Said[] | undefined
  readonly scps?: readonly (readonly Said[])[]
  readonly rcps?: readonly (readonly Said[])[]
  readonly endpoint?: readonly Said[] | undefined
  readonly mustAllow?: boolean
  readonly version?: string
  /** `allow`, `no identity`, `deny scp` … */
  readonly expect: string
}

export function policyText(statements: readonly Said[], version = "2012-10-17"): string {
  return JSON.stringify({ Version: version, Statement: statements })
}

export function compiled(
  kind: PolicyKind,
  statements: readonly Said[],
  version?: string,
): CompiledPolicy {
  return compilePolicy(parsePolicy(policyText(statements, version), { kind }), kind)
}

const PLACED = { Principal: "*" }

export function requestOf(one: Case): DecisionRequest {
  const set = (kind: PolicyKind, said: readonly Said[] | undefined) =>
    said && (said.length === 0 ? [] : [compiled(kind, said, one.version)])
  return {
    actor: one.actor ?? USER,
    action: one.action ?? "sqs:SendMessage",
    resource: one.resource ?? QUEUE,
    resourceAccount: one.owner ?? ACCOUNT,
    context: contextOf(one.context ?? {}),
    resourceMustAllow: one.mustAllow,
    policies: {
      identity: set("identity", one.identity),
      resource: one.trust ? set("trust", one.trust) : set("resource", one.policy),
      boundary: set("boundary", one.boundary),
      session: set("session", one.session),
      endpoint: set("endpoint", one.endpoint),
      scps: one.scps?.map((level) => set("scp", level) ?? []),
      rcps: one.rcps?.map(
        (level) =>
          set(
            "rcp",
            level.map((said) => ({ ...PLACED, ...said })),
          ) ?? [],
      ),
    },
  }
}

export function outcomeOf(decision: Decision): string {
  if (decision.allowed) return "allow"
  return `${decision.explicit ? "deny" : "no"} ${decision.type}`
}
