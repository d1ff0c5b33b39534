import type { In } from "../define.ts"
import { AI_OPT_OUT_POLICY } from "./language/ai-opt-out.ts"
import { BACKUP_POLICY } from "./language/backup-policy.ts"
import { any, record, text, type Shape } from "./language/shape.ts"
import { TAG_POLICY } from "./language/tag-policy.ts"

export type PolicyType = In<"CreatePolicy">["Type"]
/** Types that say who may do what; all others are merged into an effective policy. */
export type ControlType = "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY"

export const isControl = (type: string): type is ControlType =>
  type === "SERVICE_CONTROL_POLICY" || type === "RESOURCE_CONTROL_POLICY"

/** Characters ("Quotas and service limits": "Maximum size of a policy document"); all are counted. */
export const maxCharacters = (type: PolicyType): number =>
  isControl(type) ? 5_120 : type === "AISERVICES_OPT_OUT_POLICY" ? 2_500 : 10_000

/** "Number of policies of each type in an organization". */
export const maxPolicies = (type: PolicyType): number =>
  type === "SERVICE_CONTROL_POLICY" ? 10_000 : 1_000

/** "attached directly to" a root, an OU or an account: 5 of those that control, of others 10. */
export const maxAttachments = (type: PolicyType): number => (isControl(type) ? 5 : 10)

/** One root name, with whatever the service that the policy is for lets stand under it. */
const under = (name: string): Shape => record({ [name]: any })

const SHAPES: Readonly<Record<string, Shape>> = Object.freeze({
  TAG_POLICY,
  BACKUP_POLICY,
  AISERVICES_OPT_OUT_POLICY: AI_OPT_OUT_POLICY,
  CHATBOT_POLICY: under("chatbot"),
  DECLARATIVE_POLICY_EC2: under("ec2_attributes"),
  SECURITYHUB_POLICY: under("securityhub"),
  INSPECTOR_POLICY: under("inspector"),
  BEDROCK_POLICY: under("bedrock"),
  S3_POLICY: record({
    s3_attributes: record({ public_access_block_configuration: text(/^(?:all|none)$/) }),
  }),
})

/** What a management policy may say; of the types left out only the grammar is known here. */
export const shapeOf = (type: PolicyType): Shape =>
  Object.hasOwn(SHAPES, type) ? (SHAPES[type] as Shape) : any
