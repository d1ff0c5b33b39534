import type { Principal } from "../iam/principal.ts"
import { isRegion } from "../kernel/places.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { World } from "../kernel/world.ts"
import { AwsError } from "../protocols/aws-error.ts"
import type { Service } from "../registry/service.ts"
import { isGlobalHost } from "./s3/address.ts"
import { AuthFailed } from "../protocols/sigv4/failure.ts"
import { ECDSA_ALGORITHM, type SignedRequest } from "../protocols/sigv4/parse.ts"
import { checkScope } from "../protocols/sigv4/scope.ts"

type Signed = SignedRequest | "anonymous"

export interface RoutedRequest {
  readonly request: WireRequest
  /** With what a host of its own says in front. */
  readonly path: string
  readonly principal: Principal
  readonly signed: Signed
  /** Where the caller is. */
  readonly from: string
}

/**
 * The Region in which a request to an address of no Region runs; undefined where it is none. Throws
 * what the service says of the address, and AuthFailed where the signature is not for that Region.
 */
export function globalRoute(
  world: World,
  service: Service,
  { request, path, principal, signed, from }: RoutedRequest,
): string | undefined {
  if (!service.route) return undefined
  const ecdsa = signed !== "anonymous" && signed.algorithm === ECDSA_ALGORITHM
  if (!ecdsa && signed !== "anonymous" && isGlobalHost(request)) throw unsupportedSignature()
  const asked = { path, from, account: principal.account }
  const region = world.peek((tx) => service.route?.(tx, asked))
  if (region === undefined || !ecdsa) return region
  const failure = checkScope(signed, { services: [signed.service], region })
  if (failure) throw new AuthFailed(failure)
  return region
}

/**
 * The Region that a request names: in its credential's scope, or as the first of the Regions that
 * a signature of SigV4A is for.
 */
export function signedRegion(signed: Signed): string | undefined {
  if (signed === "anonymous") return undefined
  return signed.region || regionsOf(signed.regionSet).find(isRegion)
}

const regionsOf = (set = ""): readonly string[] => set.split(",").map((one) => one.trim())

/** Documented ("Multi-Region Access Points … Support for Signature Version 4 (SigV4A)"). */
const unsupportedSignature = (): AwsError =>
  new AwsError(
    "UnsupportedSignature",
    "The provided request is signed with an unsupported STS Token version or the signature " +
      "version is not supported.",
    { status: 400 },
  )
