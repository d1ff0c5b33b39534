import { hash } from "node:crypto"
import { brotliDecompressSync } from "node:zlib"
import { ID_ALPHABET } from "../../../iam/access-key-id.ts"
import { packedDocuments, packedIndex } from "./data/policies.ts"

/** A policy that AWS made and keeps, in its current version. */
export interface AwsManagedPolicy {
  /** In the partition `aws`: `arn:aws:iam::aws:policy/…`. */
  readonly arn: string
  readonly name: string
  /** `/`, `/service-role/`, `/job-function/`, `/aws-service-role/`. */
  readonly path: string
  /** `ANPA…`; follows from the ARN, for the ids at AWS are not published. */
  readonly id: string
  /** The only version that is known here, `v12`. */
  readonly versionId: string
  readonly createdMs: number
  /** When the current version was made. */
  readonly updatedMs: number
  /** JSON text. */
  readonly document: string
}

interface Library {
  /** Ordered by ARN. */
  readonly policies: readonly AwsManagedPolicy[]
  readonly byArn: ReadonlyMap<string, AwsManagedPolicy>
}

/** AWS's policies are the same in every world: a constant, unpacked when first asked for. */
const library = onDemand(unpack)

/** AWS's policy of that ARN, in any partition. */
export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  const match = /^arn:(aws[a-z-]*):iam::aws:policy\//.exec(arn)
  if (!match) return undefined
  const policy = library().byArn.get(`arn:aws:iam::aws:policy/${arn.slice(match[0].length)}`)
  return policy === undefined || match[1] === "aws" ? policy : { ...policy, arn }
}

/** All of AWS's policies, ordered by ARN. */
export const listAwsManagedPolicies = (): readonly AwsManagedPolicy[] => library().policies

function unpack(): Library {
  const documents = linesOf(packedDocuments())
  const policies = linesOf(packedIndex()).map((line, at): AwsManagedPolicy => {
    const [name = "", path = "", versionId = "", created, updated] = line.split("\t")
    const arn = `arn:aws:iam::aws:policy${path}${name}`
    return Object.freeze({
      arn,
      name,
      path,
      id: policyId(arn),
      versionId,
      createdMs: Number(created) * 1000,
      updatedMs: Number(updated) * 1000,
      document: documents[at] as string,
    })
  })
  return { policies, byArn: new Map(policies.map((policy) => [policy.arn, policy])) }
}

const linesOf = (packed: Uint8Array): string[] =>
  brotliDecompressSync(packed).toString().split("\n")

/** Of policies that no account made: it follows from the ARN. */
export function policyId(arn: string): string {
  let id = "ANPA"
  for (const byte of hash("sha256", arn, "buffer").subarray(0, 17))
    id += ID_ALPHABET[byte & 31] as string
  return id
}

function onDemand<Value>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
