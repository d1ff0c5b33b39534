import { actionsOf } from "../../../iam/actions/actions.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"
import { pageOf } from "../paging.ts"
import { findEntity, onEntity } from "../policy/entity.ts"
import { findReport, newReport, type AccessReport, type ReportedEntity } from "./access-report.ts"
import { allowsService, policiesHeldBy, type HeldPolicy } from "./granting.ts"

type Services = NonNullable<Out<"GetServiceLastAccessedDetails">["ServicesLastAccessed"]>

/** The report is made at once: it is never in progress. */
export const GenerateServiceLastAccessedDetails = op.write("GenerateServiceLastAccessedDetails", {
  authorize: onEntity(({ Arn }) => Arn),
  run(tx, { Arn: arn, Granularity }, call): Out<"GenerateServiceLastAccessedDetails"> {
    const granularity = Granularity === "ACTION_LEVEL" ? "ACTION_LEVEL" : "SERVICE_LEVEL"
    return { JobId: newReport(tx, call, { arn, granularity }).jobId }
  },
})

export const GetServiceLastAccessedDetails = op.read("GetServiceLastAccessedDetails", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"GetServiceLastAccessedDetails"> {
    const report = findReport(tx, account, input.JobId)
    const { items, more } = pageOf(report.services, (service) => service, input)
    return {
      ...jobMembers(report),
      JobType: report.granularity,
      ServicesLastAccessed: items.map((service) => serviceMember(report, service)),
      ...more,
    }
  },
})

export const GetServiceLastAccessedDetailsWithEntities = op.read(
  "GetServiceLastAccessedDetailsWithEntities",
  {
    authorize: onAccount,
    run(tx, input, { account }): Out<"GetServiceLastAccessedDetailsWithEntities"> {
      const report = findReport(tx, account, input.JobId)
      const service = input.ServiceNamespace
      const { items, more } = pageOf(report.entities, ({ arn }) => arn, input)
      return {
        ...jobMembers(report),
        EntityDetailsList: items.map((entity) => ({
          EntityInfo: {
            Arn: entity.arn,
            Name: entity.name,
            Type: entity.kind === "user" ? ("USER" as const) : ("ROLE" as const),
            Id: entity.id,
            Path: entity.path,
          },
          ...lastAuthenticated(entity, service),
        })),
        ...more,
      }
    },
  },
)

export const ListPoliciesGrantingServiceAccess = op.read("ListPoliciesGrantingServiceAccess", {
  authorize: onEntity(({ Arn }) => Arn),
  run(tx, input, { account }): Out<"ListPoliciesGrantingServiceAccess"> {
    const held = policiesHeldBy(tx, findEntity(tx, account, input.Arn))
    const namespaces = [...new Set(input.ServiceNamespaces)]
    return {
      PoliciesGrantingServiceAccess: namespaces.map((service) => ({
        ServiceNamespace: service,
        Policies: held.filter(({ text }) => allowsService(text, service)).map(grantMember),
      })),
      IsTruncated: false,
    }
  },
})

const jobMembers = ({ createdMs }: AccessReport) => ({
  JobStatus: "COMPLETED" as const,
  JobCreationDate: createdMs,
  JobCompletionDate: createdMs,
})

function serviceMember(report: AccessReport, service: string): Services[number] {
  const known = actionsOf(service)
  const users = report.entities.filter((entity) => useOf(entity, service, "") !== undefined)
  const last = latest(report, service, "")
  return {
    ServiceName: known?.title ?? service,
    ServiceNamespace: service,
    TotalAuthenticatedEntities: users.length,
    ...(last && {
      LastAuthenticated: last.usedMs,
      LastAuthenticatedEntity: last.arn,
      LastAuthenticatedRegion: last.region,
    }),
    ...(report.granularity === "ACTION_LEVEL" && {
      TrackedActionsLastAccessed: [...(known?.actions.values() ?? [])].map(({ name }) =>
        actionMember(report, service, name),
      ),
    }),
  }
}

function actionMember(report: AccessReport, service: string, name: string) {
  const last = latest(report, service, name)
  return {
    ActionName: name,
    ...(last && {
      LastAccessedEntity: last.arn,
      LastAccessedTime: last.usedMs,
      LastAccessedRegion: last.region,
    }),
  }
}

function latest({ entities }: AccessReport, service: string, action: string) {
  let found: { usedMs: number; region: string; arn: string } | undefined
  for (const entity of entities) {
    const use = useOf(entity, service, action)
    if (use && (!found || use.usedMs > found.usedMs)) found = { ...use, arn: entity.arn }
  }
  return found
}

const useOf = ({ uses }: ReportedEntity, service: string, action: string) =>
  uses.find((use) => use.service === service && use.action === action)

function lastAuthenticated(entity: ReportedEntity, service: string) {
  const use = useOf(entity, service, "")
  return use && { LastAuthenticated: use.usedMs }
}

/** "This field is null for managed policies" of the entity ("PolicyGrantingServiceAccess"). */
const grantMember = ({ name, arn, holder }: HeldPolicy) =>
  arn === undefined
    ? {
        PolicyName: name,
        PolicyType: "INLINE" as const,
        EntityType: holder.kind.toUpperCase() as "USER" | "ROLE" | "GROUP",
        EntityName: holder.name,
      }
    : { PolicyName: name, PolicyType: "MANAGED" as const, PolicyArn: arn }
