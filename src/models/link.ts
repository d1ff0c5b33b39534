import { reduceModel } from "./botocore.ts"
import type { BotocoreService, Json } from "./botocore.ts"
import { compactModel } from "./compact.ts"
import type { CompactModel, CompactOperation, CompactShape, CompactUse } from "./compact.ts"
import type { Member, OperationModel, ServiceModel, Shape, StructureShape } from "./schema.ts"

const POST_ROOT: OperationModel["http"] = Object.freeze({ method: "POST", requestUri: "/" })
const NO_ERRORS: readonly StructureShape[] = Object.freeze([])

/**
 * The model as an object graph: shapes refer to shapes. Takes `raw` over and links it in place.
 * Equal uses of a shape are one `Member`, and the look-up objects (`operations`, `shapes`,
 * `members`) have no prototype, so that a name like `constructor` that a caller sends is not found.
 */
export function linkModel(raw: CompactModel): ServiceModel {
  // The stored objects become the linked ones; the casts below say so to the compiler.
  const shapes = raw.shapes as unknown as Shape[]
  const uses = raw.uses.map((use) => linkUse(use, shapes))
  const byName = Object.create(null) as Record<string, Shape>
  for (const shape of raw.shapes) {
    linkShape(shape, raw.names, uses)
    byName[shape.name] = shape as unknown as Shape
  }
  const operations = Object.create(null) as Record<string, OperationModel>
  for (const name of Object.keys(raw.operations)) {
    operations[name] = linkOperation(name, raw.operations[name]!, shapes)
  }
  const paginators = raw.paginators as ServiceModel["paginators"]
  return { ...serviceFacts(raw.id, raw.metadata), operations, shapes: byName, paginators }
}

/**
 * Links a model in its published form, which it leaves as it is. `id` is the folder name that
 * AWS's models give the service. Throws when a reference dangles, and on unknown attributes.
 */
export function linkBotocore(service: BotocoreService, id?: string): ServiceModel {
  const endpointPrefix = service.metadata["endpointPrefix"] as string | undefined
  return linkModel(compactModel(id ?? endpointPrefix ?? "unnamed", reduceModel(service)))
}

function linkUse(use: CompactUse, shapes: readonly Shape[]): Member {
  if (typeof use === "number") return { shape: shapes[use]! }
  const member = use as unknown as { shape: Shape }
  member.shape = shapes[use.shape]!
  return member
}

function linkShape(raw: CompactShape, names: readonly string[], uses: readonly Member[]): void {
  const linked = raw as Record<string, unknown>
  if (raw.members) {
    const members = Object.create(null) as Record<string, Member>
    for (let at = 0; at < raw.members.length; at += 2) {
      members[names[raw.members[at]!]!] = uses[raw.members[at + 1]!]!
    }
    linked["members"] = members
  }
  if (raw.member !== undefined) linked["member"] = uses[raw.member]
  if (raw.key !== undefined) linked["key"] = uses[raw.key]
  if (raw.value !== undefined) linked["value"] = uses[raw.value]
}

function linkOperation(
  name: string,
  raw: CompactOperation,
  shapes: readonly Shape[],
): OperationModel {
  const linked = raw as Record<string, unknown>
  linked["name"] = name
  linked["http"] = raw.http ?? POST_ROOT
  if (raw.input !== undefined) linked["input"] = shapes[raw.input]
  if (raw.output !== undefined) linked["output"] = shapes[raw.output]
  linked["errors"] = raw.errors ? raw.errors.map((at) => shapes[at]) : NO_ERRORS
  return linked as unknown as OperationModel
}

type Facts = Omit<ServiceModel, "operations" | "shapes" | "paginators">

/** What the model says of the service itself, with the defaults that AWS's clients apply. */
function serviceFacts(id: string, metadata: Json): Facts {
  const { serviceId = id, serviceFullName, apiVersion = "", endpointPrefix = id } = metadata
  const { signingName = endpointPrefix, protocol, protocols = [protocol] } = metadata
  const { awsQueryCompatible, xmlNamespace } = metadata
  const facts: Record<string, unknown> = {
    id,
    serviceId,
    fullName: serviceFullName ?? serviceId,
    apiVersion,
    endpointPrefix,
    signingName,
    protocols,
  }
  for (const key of ["globalEndpoint", "globalRegion", "targetPrefix", "jsonVersion", "auth"]) {
    if (metadata[key] !== undefined) facts[key] = metadata[key]
  }
  if (xmlNamespace) facts["xmlNamespace"] = (xmlNamespace as { uri: string }).uri
  if (awsQueryCompatible) facts["queryCompatible"] = true
  return facts as unknown as Facts
}
