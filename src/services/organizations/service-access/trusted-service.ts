import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { unknownService } from "../errors.ts"
import { SERVICES } from "../limits.ts"

/** A service that the organization lets act in all of its accounts. */
export interface TrustedService {
  readonly organizationId: string
  /** `config.amazonaws.com`. */
  readonly service: string
  readonly enabledMs: number
}

export const trustedServices = table<TrustedService>("organizations/trusted-service", {
  key: (one) => [one.organizationId, one.service],
})

export const isTrusted = (tx: ReadTx, organizationId: string, service: string): boolean =>
  tx.get(trustedServices, [organizationId, service]) !== undefined

export const trustedServicesOf = (tx: ReadTx, organizationId: string): readonly TrustedService[] =>
  tx.scan(trustedServices, { prefix: [organizationId], limit: SERVICES }).rows

const DOMAIN = ".amazonaws.com"

/** "AWS services that you can use with AWS Organizations", by service principal. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[
    "access-analyzer",
    "account",
    "application-insights",
    "auditmanager",
    "aws-artifact-account-sync",
  ],
  ...["backup", "billing-cost-management", "chatbot", "cloudtrail", "compute-optimizer"],
  ...["config", "config-multiaccountsetup", "controltower", "cost-optimization-hub.bcm"],
  ...[
    "detective",
    "devops-guru",
    "ds",
    "ec2",
    "fms",
    "guardduty",
    "health",
    "iam",
    "identitystore",
  ],
  ...[
    "inspector2",
    "agentless.inspector2",
    "ipam",
    "license-manager",
    "license-management.marketplace",
  ],
  ...["license-manager.member-account", "license-manager-linux-subscriptions", "m2", "macie"],
  ...["malware-protection.guardduty", "member.org.stacksets.cloudformation", "networkmanager"],
  ...["observabilityadmin", "opsdatasync.ssm", "ram", "reachabilityanalyzer.networkinsights"],
  ...["reporting.trustedadvisor", "resource-explorer-2", "resiliencehub", "securityhub"],
  ...["security-lake", "securitylake", "servicecatalog", "servicequotas", "ssm", "ssm-quicksetup"],
  ...["sso", "stacksets.cloudformation", "storage-lens.s3", "sustainability", "tagpolicies.tag"],
  ...["transitgateway", "user-subscriptions", "vpc-lattice", "wellarchitected", "notifications"],
  ...["declarative-policies-ec2", "bedrock", "q.dev"],
  ...["aws-marketplace", "marketplace", "private-marketplace.marketplace", "incident-manager"],
  ...["incidentmanager", "networkflowmonitor", "topology.networkflowmonitor", "savings-plans"],
  ...["security-ir", "trustedadvisor", "workmail", "appstream", "arc-region-switch", "deadline"],
])

/** Throws InvalidInputException for what is no service that works with organizations. */
export function assertService(service: string): void {
  if (!service.endsWith(DOMAIN) || !KNOWN.has(service.slice(0, -DOMAIN.length)))
    throw unknownService()
}
