import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Credentials } from "../../../models/types/sts.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { findSession } from "../../sts/port.ts"
import { op, type In, type Out } from "../define.ts"
import { isOneOf } from "../given.ts"
import { onSharedInstance } from "./access.ts"
import {
  invalidTarget,
  notGranted,
  stsInvalid,
  stsNotAuthorized,
  stsPolicyTooLarge,
} from "./errors.ts"
import { PERMISSIONS, PREFIX_TYPES, PRIVILEGES } from "./enums.ts"
import { coverKey, grants, type Grant } from "./grant.ts"
import { callerGrantee, describedGrantee } from "./grantee.ts"
import { findInstance, instanceOf } from "./instance.ts"
import { DEFAULT_SECONDS, LONGEST_SECONDS, OF_ONE_PATH, SHORTEST_SECONDS } from "./limits.ts"
import { findLocation } from "./location.ts"
import { assumeRole } from "./role.ts"
import { covers, scopeOf, type Scope } from "./scope.ts"
import { sessionPolicy } from "./session-policy.ts"

type Input = In<"GetDataAccess">

export const GetDataAccess = op.action("GetDataAccess", {
  authorize: onSharedInstance,
  async run(ctx, input, call): Promise<Out<"GetDataAccess">> {
    const { DurationSeconds: seconds = DEFAULT_SECONDS } = input
    const target = targetOf(input)
    assertSeconds(seconds)
    const vending = await ctx.write((tx) => ({
      ...matched(tx, { input, target, call }),
      ...{ session: tx.random("s3control/grants-session").uuid() },
      sourceIdentity: sourceIdentity(tx, call),
    }))
    const { grant } = vending
    const isMinimal = input.Privilege === "Minimal"
    const scope = isMinimal ? target : grant.scope
    const policy = sessionPolicy(scope, input.Permission, grant.region)
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await assume(ctx, {
      ...{ ...vending, policy, seconds },
    })
    return {
      Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration },
      MatchedGrantTarget: isMinimal ? input.Target : grant.path,
      Grantee: describedGrantee(grant.grantee),
    }
  },
})

/**
 * "Without a wildcard after the prefix name the requester has access to only the object" of that
 * name; a bucket alone is all of it (not verified). Throws InvalidRequest.
 */
function targetOf(input: Input): Scope {
  const { Target: path, TargetType, Permission, Privilege } = input
  if (
    !isOneOf(Permission, PERMISSIONS) ||
    !isOneOf(Privilege, PRIVILEGES) ||
    !isOneOf(TargetType, PREFIX_TYPES)
  )
    throw invalidTarget()
  const scope = scopeOf(path, TargetType === "Object")
  if (!scope) throw invalidTarget()
  return { ...scope, isObject: scope.key !== "" && !path.endsWith("*") }
}

/** "If the grantee requests a value higher than this maximum, the operation fails"; in STS's words. */
function assertSeconds(seconds: number): void {
  const rule =
    seconds < SHORTEST_SECONDS
      ? `greater than or equal to ${SHORTEST_SECONDS}`
      : seconds > LONGEST_SECONDS
        ? `less than or equal to ${LONGEST_SECONDS}`
        : undefined
  if (rule !== undefined)
    throw stsInvalid(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${rule}`,
    )
}

interface Asked {
  readonly input: Input
  readonly target: Scope
  readonly call: Call
}

/** The grant "that is closest to the target scope", and the role of its location. Throws AccessDenied. */
function matched(tx: ReadTx, { input, target, call }: Asked) {
  const instance = findInstance(tx, instanceOf(input, call))
  const grantee = callerGrantee(call.principal, call.partition)
  const path = coverKey(target)
  const { account, region } = instance
  for (let length = path.length; grantee && length > target.bucket.length; length -= 1) {
    const start = path.slice(0, length)
    // Half a character is no beginning.
    if (!start.isWellFormed()) continue
    const prefix = [account, region, grantee.type, grantee.id, start]
    const { rows } = tx.scan(grants, { index: "byGrantee", prefix, limit: OF_ONE_PATH })
    const grant = rows.find((one) => gives(one, input) && covers(one.scope, target))
    if (grant) return { grant, roleArn: findLocation(tx, instance, grant.locationId).roleArn }
  }
  throw notGranted(input.Permission, input.Target)
}

/** "If the grant includes an application ARN, the grantee can only access … through this application." */
const gives = ({ permission, applicationArn }: Grant, { Permission: asked }: Input): boolean =>
  applicationArn === undefined && (permission === "READWRITE" || permission === asked)

/** Who comes through the role: reported to be who the session of the caller is for; else not verified. */
function sourceIdentity(tx: ReadTx, { principal }: Call): string | undefined {
  if (principal.type === "user")
    // One letter is no source identity.
    return principal.userName.length > 1 ? principal.userName : principal.userId
  if (principal.type !== "assumed-role") return undefined
  return findSession(tx, principal.accessKeyId)?.sourceIdentity ?? principal.sessionName
}

interface Vending {
  readonly grant: Grant
  readonly roleArn: string
  readonly session: string
  readonly sourceIdentity: string | undefined
  readonly policy: string
  readonly seconds: number
}

/** "The plaintext session policies can't exceed 2,048 characters" (STS). */
const MOST_POLICY = 2_048

async function assume(ctx: ActionContext, vending: Vending): Promise<Credentials> {
  const { grant, roleArn: RoleArn, policy: Policy } = vending
  if (Policy.length > MOST_POLICY) throw stsPolicyTooLarge()
  try {
    return await assumeRole(ctx, grant, {
      ...{ RoleArn, Policy, DurationSeconds: vending.seconds },
      // Recorded.
      RoleSessionName: `access-grants-${vending.session}`,
      SourceIdentity: vending.sourceIdentity,
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.code === "AccessDenied") throw stsNotAuthorized(error.message)
    throw stsInvalid(error.message)
  }
}
