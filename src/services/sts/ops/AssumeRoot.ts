import { mayEnterRoot, type RootFeature } from "../../iam/port.ts"
import { assertMayCall, callerSession } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { mayNotEnterRoot, noTaskPolicy, notAnAccount, rootMayNotAssumeRoot } from "../errors.ts"
import { credentialsOf, issueSession } from "../issue.ts"
import { NO_TAGS } from "../session-tags.ts"

/** "IAM AWS managed policies for root tasks", each with the feature of which it is a task. */
const TASKS: Readonly<Record<string, RootFeature>> = Object.freeze({
  IAMAuditRootUserCredentials: "RootCredentialsManagement",
  IAMCreateRootUserPassword: "RootCredentialsManagement",
  IAMDeleteRootUserCredentials: "RootCredentialsManagement",
  S3UnlockBucketPolicy: "RootSessions",
  SQSUnlockQueuePolicy: "RootSessions",
})
const TASK_POLICY = /^arn:aws[a-z-]*:iam::aws:policy\/root-task\/(\w+)$/
const ROOT = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/
const LONGEST_SECONDS = 900

/** A short session as the root of a member account, held to one task. */
export const AssumeRoot = op.write("AssumeRoot", {
  authorize(tx, input: In<"AssumeRoot">, call) {
    assertMayCall(tx, call)
    if (call.principal.type === "root") throw rootMayNotAssumeRoot()
    return {
      action: "sts:AssumeRoot",
      resource: `arn:${call.partition}:iam::${memberOf(input)}:root`,
      // No policy of the member account is asked: the organization has given it away.
      owner: call.account,
      context: { "sts:TaskPolicyArn": taskOf(input).arn },
    }
  },
  run(tx, input, call): Out<"AssumeRoot"> {
    const member = memberOf(input)
    const { arn, feature } = taskOf(input)
    if (!mayEnterRoot(tx, call.account, { member, feature })) throw mayNotEnterRoot(member)
    const parent = callerSession(tx, call)
    const { sourceIdentity } = parent ?? {}
    const session = issueSession(tx, {
      account: member,
      seconds: input.DurationSeconds ?? LONGEST_SECONDS,
      facts: {
        ...{ origin: "AssumeRoot", parent: parent?.accessKeyId, policyArns: [arn], ...NO_TAGS },
        sourceIdentity,
      },
      principal: ({ accessKeyId }) => ({ type: "root", account: member, accessKeyId }),
    })
    return {
      Credentials: credentialsOf(session),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})

/** "The member account principal ARN or account ID". */
function memberOf({ TargetPrincipal }: In<"AssumeRoot">): string {
  const account = ROOT.exec(TargetPrincipal)?.[1]
  if (account === undefined) throw notAnAccount(TargetPrincipal)
  return account
}

function taskOf({ TaskPolicyArn: { arn = "" } }: In<"AssumeRoot">) {
  const name = TASK_POLICY.exec(arn)?.[1]
  const feature = name !== undefined && Object.hasOwn(TASKS, name) ? TASKS[name] : undefined
  if (feature === undefined) throw noTaskPolicy(arn)
  return { arn, feature }
}
