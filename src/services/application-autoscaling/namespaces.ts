import { scalableTables } from "../dynamodb/port.ts"
import { invalid, unsupported } from "./errors.ts"
import type { ScalableDimension, ScalableNamespace } from "./namespace.ts"
import type { TargetKey } from "./target/target.ts"

/** The services that let themselves be scaled. */
const NAMESPACES: readonly ScalableNamespace[] = [scalableTables]

export const namespaceOf = (id: string): ScalableNamespace | undefined =>
  NAMESPACES.find((one) => one.id === id)

/** Of a target that is registered. */
export function dimensionOf({ namespace, dimension }: TargetKey): ScalableDimension {
  const found = namespaceOf(namespace)?.dimensions[dimension]
  if (!found) throw new Error(`nothing scales ${dimension}`)
  return found
}

/**
 * The dimension that a request names. Throws ValidationException where namespace, resource and
 * dimension do not belong together, and of a namespace whose service is not there: none of its
 * resources is (the words of that are not verified).
 */
export function dimensionAsked(key: TargetKey): ScalableDimension {
  const { namespace: id, resourceId, dimension: name } = key
  if (!name.startsWith(`${id}:`)) throw unsupported()
  const namespace = namespaceOf(id)
  if (!namespace) throw invalid(`The resource does not exist: ${resourceId}`)
  const dimension = Object.hasOwn(namespace.dimensions, name)
    ? namespace.dimensions[name]
    : undefined
  if (!dimension?.ids.test(resourceId)) throw unsupported()
  return dimension
}
