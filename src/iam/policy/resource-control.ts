/** Prefixes of actions ("List of AWS services that support RCPs"). */
const SERVICES: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets"],
    ...["clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact"],
    ...["codebuild", "codecommit", "codepipeline", "cognito-identity", "cognito-idp"],
    ...["comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax"],
    ...["dsql", "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift"],
    ...["health", "inspector-scan", "kendra", "kinesisvideo", "kms", "logs", "memorydb"],
    ...["networkmonitor", "notifications", "opensearch", "pca-connector-ad", "personalize"],
    ...["polly", "pricing", "resource-groups", "rolesanywhere", "s3", "secretsmanager"],
    ...["servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract"],
    ...[
      "timestream-influxdb",
      "transcribe",
      "transfer",
      "translate",
      "wafv2",
      "workspaces",
      "xray",
    ],
  ]),
)

/** Whether RCPs speak of the action's service; `*` alone names none (recorded). */
export const supportsResourceControl = (action: string): boolean =>
  SERVICES.has(action.slice(0, Math.max(0, action.indexOf(":"))).toLowerCase())

/** "the service-linked role's trust policy is also not impacted by RCPs". */
const LINKED_ROLE = /:role\/aws-service-role\//

/**
 * "RCPs apply to the resources that are authorized": not to actions that name none; and
 * "do not impact" RetireGrant.
 */
export const isResourceControlled = ({
  action,
  resource,
}: {
  readonly action: string
  readonly resource: string
}): boolean =>
  resource !== "*" &&
  action !== "kms:RetireGrant" &&
  supportsResourceControl(action) &&
  !LINKED_ROLE.test(resource)
