import { servicePrefixes } from "../../../iam/actions/actions.ts"

/**
 * Whether AWS has a service principal of that name, as far as we know: its last part is the prefix of
 * a service's actions or one of the names below; before it may stand parts of the service
 * (`delivery.logs`), behind it a Region (`logs.eu-west-1`). AWS publishes no list.
 */
export function isServicePrincipal(name: string): boolean {
  const found = /^([a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(name)
  const last = found?.[1]?.split(".").findLast((part) => !REGION.test(part))
  return last !== undefined && (OTHERS.has(last) || servicePrefixes().includes(last))
}

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/

/**
 * Named by no service's actions: from AWS's managed policies (`iam:PassedToService`,
 * `iam:AWSServiceName`), its guides, and its customers' templates.
 */
const OTHERS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["application-insights", "aws-artifact-account-sync", "bcm", "billingreports", "budgets"],
    ...["cassandra-streams", "cloudhsmv2", "codecatalyst-runner", "codestar-connections"],
    ...["cognito-identity-us-gov", "config-conforms", "config-multiaccountsetup", "costalerts"],
    ...["dms-fleet-advisor", "dnssec-route53", "ec2fastlaunch", "ec2fleet", "ec2scheduled"],
    ...["ecs-compute", "ecs-tasks", "edgelambda", "eks-connector", "eks-fargate", "eks-nodegroup"],
    ...["emrwal", "events-api", "integrations", "iotroborunner", "ipam", "kafkaconnect"],
    ...["lambda-edge", "lex", "lexv2", "macie", "managedservices", "marketplace", "mediapackagev2"],
    ...["member-account", "migrationhub", "networkflowmonitor", "networkinsights"],
    ...["opensearchservice", "opsworks", "opsworks-cm", "osis-pipelines", "partnercentral-selling"],
    ...["pipes", "private-networks", "private-marketplace", "securityhubv2", "security-lake"],
    ...["servicecatalog-appregistry", "ses", "sms", "spot", "spotfleet", "ssm-incidents"],
    ...["ssm-quicksetup", "stacksets", "storage-lens", "tagpolicies", "topology", "transitgateway"],
    ...["trustedadvisor", "user-subscriptions", "vmie", "vpc-flow-logs", "workspaces"],
  ]),
)
