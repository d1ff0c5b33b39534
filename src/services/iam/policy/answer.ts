import type { ReadTx } from "../../../kernel/transaction.ts"
import { pageOf, underPath, type PageRequest } from "../paging.ts"
import { attachmentCount, boundaryCount, type Attachment } from "./attachment.ts"
import type { ManagedPolicy } from "./managed.ts"

/** The policy as lists have it. */
export const listedPolicy = (tx: ReadTx, account: string, policy: ManagedPolicy) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.versionId,
  AttachmentCount: attachmentCount(tx, account, policy.arn),
  PermissionsBoundaryUsageCount: boundaryCount(tx, account, policy.arn),
  IsAttachable: true,
  CreateDate: policy.createdMs,
  UpdateDate: policy.updatedMs,
})

/**
 * With what lists leave out: "This data type … does not include the description or tags". Unlike those
 * of users and roles, no tags are an empty list, as shown on AWS.
 */
export const policyMember = (tx: ReadTx, account: string, policy: ManagedPolicy) => ({
  ...listedPolicy(tx, account, policy),
  ...(policy.description !== undefined && { Description: policy.description }),
  Tags: policy.tags ?? [],
})

/** What the ListAttached…Policies answer. */
export function listAttached(
  all: readonly Attachment[],
  request: PageRequest & { readonly PathPrefix?: string | undefined },
) {
  const onPath = underPath(request.PathPrefix)
  const matching = all.filter(({ policyPath: path }) => onPath({ path }))
  const { items, more } = pageOf(matching, ({ policyArn }) => policyArn, request)
  return {
    AttachedPolicies: items.map(({ policyName, policyArn }) => ({
      PolicyName: policyName,
      PolicyArn: policyArn,
    })),
    ...more,
  }
}
