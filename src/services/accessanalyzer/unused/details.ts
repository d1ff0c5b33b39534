import type { FindingDetails } from "../../../models/types/accessanalyzer.ts"
import type { UnusedFinding } from "./unused-finding.ts"

/** What GetFindingV2 tells of unused access: of permissions a page of services. */
export function unusedDetails(finding: UnusedFinding): FindingDetails[] {
  const { type, accessKeyId = "", usedMs, services = [] } = finding
  const lastAccessed = at(usedMs)
  switch (type) {
    case "UnusedIAMRole":
      return [{ unusedIamRoleDetails: lastAccessed }]
    case "UnusedIAMUserAccessKey":
      return [{ unusedIamUserAccessKeyDetails: { accessKeyId, ...lastAccessed } }]
    case "UnusedIAMUserPassword":
      return [{ unusedIamUserPasswordDetails: lastAccessed }]
    case "UnusedPermission":
      return services.map(({ namespace: serviceNamespace, usedMs: used, actions }) => ({
        unusedPermissionDetails: {
          serviceNamespace,
          ...at(used),
          ...(actions && {
            actions: actions.map((one) => ({ action: one.name, ...at(one.usedMs) })),
          }),
        },
      }))
  }
}

const at = (usedMs: number | undefined) => (usedMs === undefined ? {} : { lastAccessed: usedMs })
