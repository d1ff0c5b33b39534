import type { PolicyKind } from "../../../iam/policy/document.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { Resource } from "../../../registry/resource.ts"
import { roleResource } from "../../iam/port.ts"
import { keyResource } from "../../kms/port.ts"
import { secretResource } from "../../secretsmanager/port.ts"
import { queueResource } from "../../sqs/port.ts"
import type { ResourceType } from "./analyzed-resource.ts"

/** A kind of resource whose policies are analyzed. */
export interface Source {
  readonly type: ResourceType
  readonly resource: Resource<object>
  readonly kind: PolicyKind
}

/**
 * What is analyzed, of what AWS analyzes and this cloud has. A service that declares `policyOf`
 * for a resource joins here; its table's keys begin with account and, if it has one, Region.
 */
export const SOURCES: readonly Source[] = Object.freeze([
  { type: "AWS::IAM::Role", resource: roleResource as Resource<object>, kind: "trust" },
  { type: "AWS::KMS::Key", resource: keyResource as Resource<object>, kind: "resource" },
  { type: "AWS::SQS::Queue", resource: queueResource as Resource<object>, kind: "resource" },
  {
    type: "AWS::SecretsManager::Secret",
    resource: secretResource as Resource<object>,
    kind: "resource",
  },
])

/** The rows of an account and Region: resources without Regions are seen from each of them. */
export const rowsOf = (
  { resource }: Source,
  { account, region }: { readonly account: string; readonly region: string },
): KeyParts => (resource.scope === "global" ? [account] : [account, region])
