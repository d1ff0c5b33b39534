import type { WriteTx } from "../../../kernel/transaction.ts"
import { nameKey } from "../names.ts"
import { attach } from "../policy/attachment.ts"
import { trustOf } from "../service-linked-role/service-linked-role.ts"
import { TEMPLATES } from "../service-linked-role/templates.ts"
import { SERVICE_LINKED } from "./changeable.ts"
import { createRole } from "./create.ts"
import { DEFAULT_SESSION_SECONDS, roles } from "./role.ts"

/** Where another service makes a role: in whichever account it says. */
interface Place {
  readonly account: string
  readonly partition: string
}

/** A role with one managed policy that one principal may assume. Throws EntityAlreadyExists. */
export function createTrustingRole(
  tx: WriteTx,
  { account, partition, name, trusted, policyArn }: Place & TrustingRole,
): void {
  const statement = { Effect: "Allow", Principal: { AWS: trusted }, Action: "sts:AssumeRole" }
  const role = createRole(tx, {
    ...{ account, partition, name, path: "/", tags: [] },
    trust: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    maxSessionSeconds: DEFAULT_SESSION_SECONDS,
  })
  attach(tx, "role", role, policyArn)
}

interface TrustingRole {
  readonly name: string
  /** ARN of the principal. */
  readonly trusted: string
  readonly policyArn: string
}

/** The role of a service that makes its own in accounts that use it; none is made twice. */
export function createServiceLinkedRole(
  tx: WriteTx,
  { account, partition, service }: Place & { readonly service: string },
): void {
  const template = TEMPLATES[service.replace(/\.amazonaws\.com$/, "")]
  if (!template) throw new Error(`no service-linked role of ${service}`)
  const [suffix, policy] = template
  const name = `AWSServiceRoleFor${suffix}`
  if (tx.get(roles, [account, nameKey(name)])) return
  const role = createRole(tx, {
    ...{ account, partition, name, path: `${SERVICE_LINKED}${service}/`, tags: [] },
    trust: trustOf(service),
    maxSessionSeconds: DEFAULT_SESSION_SECONDS,
  })
  attach(tx, "role", role, `arn:${partition}:iam::aws:policy/aws-service-role/${policy}`)
}
