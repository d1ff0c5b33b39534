import { actionsOf, servicePrefixes } from "../../../iam/actions/actions.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import {
  controlPolicyText,
  membersUnder,
  nodePathOf,
  organizationOf,
  serviceControlsOn,
} from "../../organizations/port.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidInput } from "../errors.ts"
import { accessTo, iamArnOf, onAccount } from "../grant.ts"
import { pageOf } from "../paging.ts"
import { servicesAllowedBy } from "./granting.ts"
import { latestUses, TRACKED_MS } from "./use.ts"

type Detail = NonNullable<Out<"GetOrganizationsAccessReport">["AccessDetails"]>[number]

/** What the accounts of a part of an organization used, as it was when the report was asked for. */
export interface OrganizationReport {
  readonly account: string
  readonly jobId: string
  readonly createdMs: number
  readonly details: readonly Detail[]
}

export const organizationReports = table<OrganizationReport>("iam/organizations-report", {
  key: (report) => [report.account, report.jobId],
  maxValueBytes: 16 * 1024 * 1024,
})

/** The report is made at once: it is never in progress. */
export const GenerateOrganizationsAccessReport = op.write("GenerateOrganizationsAccessReport", {
  authorize(_tx, input, call) {
    const { EntityPath, OrganizationsPolicyId: policy } = input
    const request = accessTo({ arn: iamArnOf(call, `access-report/${EntityPath}`) }, input, call)
    if (policy === undefined) return request
    return { ...request, context: { ...request.context, "iam:OrganizationsPolicyId": policy } }
  },
  run(tx, input, { account }): Out<"GenerateOrganizationsAccessReport"> {
    const jobId = tx.random("iam/access-report").uuid()
    const details = detailsOf(tx, account, input)
    tx.insert(organizationReports, { account, jobId, createdMs: tx.now, details })
    return { JobId: jobId }
  },
})

function detailsOf(
  tx: WriteTx,
  account: string,
  { EntityPath, OrganizationsPolicyId }: In<"GenerateOrganizationsAccessReport">,
): readonly Detail[] {
  const organization = organizationOf(tx, account)
  // The words of these are not verified.
  if (organization?.managementAccount !== account)
    throw invalidInput("The request must be made from the organization's management account.")
  const path = EntityPath.replace(/\/$/, "").split("/")
  const node = path.at(-1) ?? ""
  const known = nodePathOf(tx, organization, node)
  if (known?.join("/") !== path.slice(1).join("/") || path[0] !== organization.id)
    throw invalidInput(`The entity path ${EntityPath} does not exist.`)
  const members = membersUnder(tx, organization, node)
  const allowed = servicesOf(tx, { organization, path: known, policyId: OrganizationsPolicyId })
  const uses = members.flatMap((member) =>
    latestUses(tx, member.id, tx.now - TRACKED_MS).map((use) => ({
      ...use,
      entityPath: [organization.id, ...member.path, member.id, ""].join("/"),
    })),
  )
  return allowed.map((service): Detail => {
    const those = uses.filter((use) => use.service === service)
    const last = those.toSorted((a, b) => b.usedMs - a.usedMs)[0]
    return {
      ServiceName: actionsOf(service)?.title ?? service,
      ServiceNamespace: service,
      ...(last && {
        Region: last.region,
        EntityPath: last.entityPath,
        LastAuthenticatedTime: last.usedMs,
      }),
      TotalAuthenticatedEntities: those.length,
    }
  })
}

interface Scope {
  readonly organization: NonNullable<ReturnType<typeof organizationOf>>
  readonly path: readonly string[]
  readonly policyId: string | undefined
}

/** What SCPs allow; all of it to the management account, which they do not hold. */
function servicesOf(tx: ReadTx, { organization, path, policyId }: Scope): readonly string[] {
  if (policyId !== undefined) {
    const text = controlPolicyText(tx, organization, policyId)
    if (text === undefined) throw invalidInput(`The policy ${policyId} does not exist.`)
    return servicesAllowedBy([text])
  }
  const levels =
    path.at(-1) === organization.managementAccount
      ? undefined
      : serviceControlsOn(tx, organization, path)
  if (!levels) return servicePrefixes()
  const [first = [], ...others] = levels.map((texts) => servicesAllowedBy(texts))
  return first.filter((service) => others.every((level) => level.includes(service)))
}

export const GetOrganizationsAccessReport = op.read("GetOrganizationsAccessReport", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"GetOrganizationsAccessReport"> {
    const report = tx.get(organizationReports, [account, input.JobId])
    if (!report)
      throw op.error("NoSuchEntityException", `The job with id ${input.JobId} cannot be found.`)
    const { details, createdMs } = report
    const sorted = details.toSorted(orderOf(input.SortKey))
    const places = new Map(sorted.map((one, at) => [one, String(at).padStart(6, "0")]))
    const { items, more } = pageOf(sorted, (one) => places.get(one) ?? "", input)
    return {
      JobStatus: "COMPLETED",
      JobCreationDate: createdMs,
      JobCompletionDate: createdMs,
      NumberOfServicesAccessible: details.length,
      NumberOfServicesNotAccessed: details.filter((one) => !one.LastAuthenticatedTime).length,
      AccessDetails: items,
      ...more,
    }
  },
})

/** "By default, the list is sorted by service namespace". */
function orderOf(key = "SERVICE_NAMESPACE_ASCENDING"): (a: Detail, b: Detail) => number {
  const sign = key.endsWith("_DESCENDING") ? -1 : 1
  const byName = (a: Detail, b: Detail): number =>
    a.ServiceNamespace < b.ServiceNamespace ? -1 : 1
  if (!key.startsWith("LAST_")) return (a, b) => sign * byName(a, b)
  return (a, b) => {
    const [left, right] = [a, b].map((one) => one.LastAuthenticatedTime ?? 0) as [number, number]
    return left === right ? byName(a, b) : sign * (left - right)
  }
}
