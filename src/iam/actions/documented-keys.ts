import { textMatcher } from "../policy/match.ts"
import { actionsOf, findAction, type Action } from "./actions.ts"

/** The condition keys that AWS lists for an action, as it writes them. */
export interface DocumentedKeys {
  /** Whatever the request is about. */
  readonly own: readonly string[]
  /** By the type of the resource that it is about. */
  readonly ofResources: readonly {
    readonly isOne: (arn: string) => boolean
    readonly keys: readonly string[]
  }[]
}

export function documentedKeys(name: string): DocumentedKeys {
  const action = findAction(name)
  if (!action) return { own: [], ofResources: [] }
  const types = actionsOf(action.service)?.resources
  return {
    own: action.conditionKeys,
    ofResources: action.resources.map(({ type, conditionKeys }) => ({
      isOne: isOfFormat(types?.get(type)?.arn ?? ""),
      keys: [...conditionKeys, ...(types?.get(type)?.conditionKeys ?? [])],
    })),
  }
}

/** All of them, of any resource. */
export function allDocumentedKeys(name: string): ReadonlySet<string> {
  const { own, ofResources } = documentedKeys(name)
  return new Set([...own, ...ofResources.flatMap(({ keys }) => keys)])
}

/** Whether an ARN is one of the action's resources of this type. */
export function isOfType({ service }: Action, type: string, resource: string): boolean {
  const format = actionsOf(service)?.resources.get(type)?.arn
  return format !== undefined && isOfFormat(format)(resource)
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}` */
export function isOfFormat(format: string): (arn: string) => boolean {
  const pattern = format.replace(/\$\{[^}]*\}/g, "*")
  const matches = textMatcher(pattern, { variables: false, wildcards: true })
  return (arn) => matches(arn, NO_CONTEXT)
}

const NO_CONTEXT = Object.freeze({ get: () => undefined })
