import { reduceModel } from "./botocore.ts"
import type { BotocoreService, RawMember, RawModel, RawOperation } from "./botocore.ts"
import type {
  Member,
  OperationModel,
  ProtocolName,
  ServiceModel,
  Shape,
  StructureShape,
} from "./schema.ts"

/**
 * The model with its references linked: shape names become shapes, error names become exception
 * shapes. Takes `raw` over and links it in place (a model has up to 20,000 members). Throws when
 * a reference dangles.
 */
export function linkModel(raw: RawModel, id: string): ServiceModel {
  const shapes = raw.shapes as unknown as Record<string, Shape>
  for (const name in raw.shapes) linkShape(raw, name)
  const operations: Record<string, OperationModel> = {}
  for (const name in raw.operations) {
    operations[name] = linkOperation(raw, name)
  }
  return { ...serviceFacts(raw, id), operations, shapes, paginators: raw.paginators ?? {} }
}

/**
 * Links a model in its published form, which it leaves as it is. `id` is the folder name that
 * AWS's models give the service.
 */
export function linkBotocore(service: BotocoreService, id?: string): ServiceModel {
  const raw = reduceModel(service)
  const endpointPrefix = service.metadata["endpointPrefix"] as string | undefined
  return linkModel(raw, id ?? endpointPrefix ?? "service")
}

function linkShape(raw: RawModel, name: string): void {
  const shape = raw.shapes[name]!
  shape["name"] = name
  if (shape.members) for (const key in shape.members) linkMember(raw, shape.members[key]!)
  else if (shape.type === "structure") shape.members = {}
  if (shape.member) linkMember(raw, shape.member)
  if (shape.key) linkMember(raw, shape.key)
  if (shape.value) linkMember(raw, shape.value)
}

function linkMember(raw: RawModel, member: RawMember): void {
  const linked = member as unknown as { -readonly [K in keyof Member]: Member[K] }
  linked.shape = shapeOf(raw, member.shape)
}

function shapeOf(raw: RawModel, name: string): Shape {
  const shape = raw.shapes[name]
  if (!shape) throw new Error(`The model has no shape ${name}`)
  return shape as unknown as Shape
}

function linkOperation(raw: RawModel, name: string): OperationModel {
  const { input, output, errors, ...facts } = raw.operations[name] as RawOperation
  const operation: { -readonly [K in keyof OperationModel]: OperationModel[K] } = {
    ...facts,
    name,
    errors: errors ? errors.map((error) => shapeOf(raw, error) as StructureShape) : [],
  }
  if (input) {
    operation.input = shapeOf(raw, input.shape) as StructureShape
    if (input["locationName"]) operation.inputLocationName = input["locationName"] as string
    if (input["xmlNamespace"])
      operation.inputXmlNamespace = input["xmlNamespace"] as { uri: string }
  }
  if (output) {
    operation.output = shapeOf(raw, output.shape) as StructureShape
    if (output["resultWrapper"]) operation.resultWrapper = output["resultWrapper"] as string
  }
  return operation
}

function serviceFacts(
  raw: RawModel,
  id: string,
): Omit<ServiceModel, "operations" | "shapes" | "paginators"> {
  const text = (key: string) => raw.metadata[key] as string | undefined
  const endpointPrefix = text("endpointPrefix") ?? id
  const protocols = raw.metadata["protocols"] as ProtocolName[] | undefined
  const facts: Record<string, unknown> = {
    id,
    serviceId: text("serviceId") ?? id,
    fullName: text("serviceFullName") ?? text("serviceId") ?? id,
    apiVersion: text("apiVersion") ?? "",
    endpointPrefix,
    signingName: text("signingName") ?? endpointPrefix,
    protocols: protocols ?? [text("protocol") as ProtocolName],
  }
  for (const key of ["globalEndpoint", "targetPrefix", "jsonVersion", "auth"]) {
    if (raw.metadata[key] !== undefined) facts[key] = raw.metadata[key]
  }
  const namespace = raw.metadata["xmlNamespace"] as { uri: string } | undefined
  if (namespace) facts["xmlNamespace"] = namespace.uri
  if (raw.metadata["awsQueryCompatible"]) facts["queryCompatible"] = true
  return facts as unknown as Omit<ServiceModel, "operations" | "shapes" | "paginators">
}
