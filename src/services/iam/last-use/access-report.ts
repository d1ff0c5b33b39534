import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { op } from "../define.ts"
import type { IdentityKind } from "../errors.ts"
import { groupOfId } from "../group/group.ts"
import { usersOf } from "../group/membership.ts"
import { attachmentsOf } from "../policy/attachment.ts"
import { findEntity, type Entity } from "../policy/entity.ts"
import { findManaged } from "../policy/managed.ts"
import { roleArn, roleOfId } from "../role/role.ts"
import { userArn, userOfId, type User } from "../user/user.ts"
import { policiesHeldBy, servicesAllowedBy } from "./granting.ts"
import { TRACKED_MS, usesOf, type EntityUse } from "./use.ts"

/** What was accessed when, as it was when the report was asked for. */
export interface AccessReport {
  readonly account: string
  readonly jobId: string
  readonly granularity: "SERVICE_LEVEL" | "ACTION_LEVEL"
  readonly createdMs: number
  /** Prefixes of the services that the policies allow, in order. */
  readonly services: readonly string[]
  readonly entities: readonly ReportedEntity[]
}

/** A user or role with all that it used in the tracking period. */
export interface ReportedEntity {
  readonly kind: IdentityKind
  readonly arn: string
  readonly name: string
  readonly id: string
  readonly path: string
  readonly uses: readonly Pick<EntityUse, "service" | "action" | "usedMs" | "region">[]
}

export const accessReports = table<AccessReport>("iam/access-report", {
  key: (report) => [report.account, report.jobId],
  indexes: { byDate: (report) => [report.account, report.createdMs] },
  maxValueBytes: 64 * 1024 * 1024,
})

/** How long AWS keeps a report is not verified. */
const KEPT_MS = 7 * 24 * 3_600_000
const CLEARED_AT_ONCE = 100

/** Throws NoSuchEntity. */
export function findReport(tx: ReadTx, account: string, jobId: string): AccessReport {
  const report = tx.get(accessReports, [account, jobId])
  // The words are not verified.
  if (!report) throw op.error("NoSuchEntityException", `The job with id ${jobId} cannot be found.`)
  return report
}

/** A report about the identity or policy of an ARN. Throws NoSuchEntity and InvalidInput. */
export function newReport(
  tx: WriteTx,
  { account }: Call,
  { arn, granularity }: { arn: string; granularity: AccessReport["granularity"] },
): AccessReport {
  const old = tx.scan(accessReports, {
    ...{ index: "byDate", prefix: [account], to: [tx.now - KEPT_MS], limit: CLEARED_AT_ONCE },
  })
  for (const report of old.rows) tx.remove(accessReports, report)
  const report = {
    ...{ account, granularity, createdMs: tx.now, ...subjectOf(tx, account, arn) },
    jobId: tx.random("iam/access-report").uuid(),
  }
  tx.insert(accessReports, report)
  return report
}

function subjectOf(
  tx: ReadTx,
  account: string,
  arn: string,
): Pick<AccessReport, "services" | "entities"> {
  if (parseArn(arn)?.resource.startsWith("policy/")) {
    const { document } = findManaged(tx, account, arn)
    return { services: servicesAllowedBy([document]), entities: holdersOf(tx, account, arn) }
  }
  const entity = findEntity(tx, account, arn)
  const texts = policiesHeldBy(tx, entity).map(({ text }) => text)
  return { services: servicesAllowedBy(texts), entities: membersOf(tx, entity) }
}

function membersOf(tx: ReadTx, entity: Entity): readonly ReportedEntity[] {
  if (entity.kind !== "group") return [reported(tx, entity)]
  const group = groupOfId(tx, entity.account, entity.id)
  return group ? usersOf(tx, group).map((user) => reported(tx, userEntity(user))) : []
}

/** The users and roles to which the policy is attached. */
const holdersOf = (tx: ReadTx, account: string, arn: string): readonly ReportedEntity[] =>
  attachmentsOf(tx, account, arn).flatMap(({ kind, holderId }) => {
    if (kind === "user") {
      const user = userOfId(tx, account, holderId)
      return user ? [reported(tx, userEntity(user))] : []
    }
    const role = kind === "role" ? roleOfId(tx, account, holderId) : undefined
    return role ? [reported(tx, { ...role, kind: "role", arn: roleArn(role) })] : []
  })

const userEntity = (user: User): Entity => ({ ...user, kind: "user", arn: userArn(user) })

function reported(tx: ReadTx, { kind, account, arn, name, id, path }: Entity): ReportedEntity {
  const uses = usesOf(tx, account, id)
    .filter(({ usedMs }) => tx.now - usedMs < TRACKED_MS)
    .map(({ service, action, usedMs, region }) => ({ service, action, usedMs, region }))
  return { kind, arn, name, id, path, uses }
}
