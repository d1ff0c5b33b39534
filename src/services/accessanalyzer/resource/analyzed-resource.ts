import { table } from "../../../kernel/table.ts"

/** The kinds that AWS analyzes (API: ResourceType). */
export type ResourceType =
  | "AWS::S3::Bucket"
  | "AWS::IAM::Role"
  | "AWS::SQS::Queue"
  | "AWS::Lambda::Function"
  | "AWS::KMS::Key"
  | "AWS::SecretsManager::Secret"
  | "AWS::SNS::Topic"
  | "AWS::DynamoDB::Table"
  | "AWS::DynamoDB::Stream"
  | "AWS::ECR::Repository"
  | "AWS::EFS::FileSystem"

/** A resource that an analyzer has looked at. */
export interface AnalyzedResource {
  readonly analyzerId: number
  readonly arn: string
  readonly type: ResourceType
  readonly owner: string
  /** Where its row is: to see whether it is still there. */
  readonly key: readonly string[]
  /** What was looked at: all ways in, as JSON. */
  readonly openings?: string | undefined
  readonly isPublic: boolean
  /** What is given to others, of all findings together. */
  readonly actions: readonly string[]
  readonly createdMs: number
  readonly analyzedMs: number
  readonly updatedMs: number
}

export const analyzedResources = table<AnalyzedResource>("accessanalyzer/analyzedResource", {
  key: ({ analyzerId, arn }) => [analyzerId, arn],
})
