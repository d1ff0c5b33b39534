import type { ReadTx } from "../../../kernel/transaction.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { requestTagKeys, resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { findByArn } from "../../../registry/resource.ts"
import { op, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { TAGS } from "../limits.ts"
import { scalableTargets, targetResource, type ScalableTarget } from "./target.ts"

type Tags = ScalableTarget["tags"]

/** Tags with others added. The words are not verified. */
export function withTags(tags: Tags, added: Tags, arn: string | undefined): Tags {
  const all = { ...tags, ...added }
  for (const key of Object.keys(added))
    if (/^aws:/i.test(key)) throw invalid("Tag keys that begin with aws: are reserved.")
  if (Object.keys(all).length <= TAGS) return all
  if (arn === undefined) throw invalid(`A scalable target can have ${TAGS} tags.`)
  throw new AwsError("TooManyTagsException", `A resource can have ${TAGS} tags.`, {
    members: { ResourceName: arn },
  })
}

interface OfArn {
  readonly ResourceARN: string
}

function lookUp(tx: ReadTx, arn: string, { account, region }: Call): ScalableTarget | undefined {
  const found = findByArn(tx, targetResource, { arn, account, region })
  return found?.account === account && found.region === region ? found : undefined
}

/** The words are not verified. */
function find(tx: ReadTx, arn: string, call: Call): ScalableTarget {
  const target = lookUp(tx, arn, call)
  if (!target)
    throw new AwsError("ResourceNotFoundException", `The resource doesn't exist: ${arn}`, {
      members: { ResourceName: arn },
    })
  return target
}

function onTagged(tx: ReadTx, input: OfArn, call: Call): AccessRequest {
  const target = lookUp(tx, input.ResourceARN, call)
  return {
    action: `application-autoscaling:${call.operation}`,
    resource: input.ResourceARN,
    owner: call.account,
    context: { ...requestTagKeys(input), ...resourceTagKeys(target?.tags) },
  }
}

export const TagResource = op.write("TagResource", {
  authorize: onTagged,
  run(tx, { ResourceARN: arn, Tags: added }, call): Out<"TagResource"> {
    const target = find(tx, arn, call)
    tx.put(scalableTargets, { ...target, tags: withTags(target.tags, added, arn) })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onTagged,
  run(tx, { ResourceARN: arn, TagKeys: keys }, call): Out<"UntagResource"> {
    const target = find(tx, arn, call)
    const left = Object.entries(target.tags).filter(([key]) => !keys.includes(key))
    tx.put(scalableTargets, { ...target, tags: Object.fromEntries(left) })
    return {}
  },
})

export const ListTagsForResource = op.read("ListTagsForResource", {
  authorize: onTagged,
  run: (tx, { ResourceARN: arn }, call): Out<"ListTagsForResource"> => ({
    Tags: find(tx, arn, call).tags,
  }),
})
